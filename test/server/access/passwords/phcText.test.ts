import { expect, it } from 'vitest';
import { formatPhc, parsePhc } from '#server/access/passwords/phcText.ts';

const SALT = Buffer.alloc(16, 1);
const HASH = Buffer.alloc(32, 2);

it('reads back what it writes', () => {
  const made = { cost: { memoryKib: 19_456, passes: 2, lanes: 1 }, salt: SALT, hash: HASH };
  const text = formatPhc(made);
  expect(text).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(parsePhc(text)).toEqual(made);
});

it.each([
  '',
  'password',
  '$2b$10$abcdefghijklmnopqrstuv',
  '$argon2i$v=19$m=19456,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI',
  '$argon2id$v=19$m=19456,t=2,p=1$AQEB$AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI',
  '$argon2id$v=19$m=19456,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AgIC',
])('takes %j for no hash', (text) => {
  expect(parsePhc(text)).toBeNull();
});
