import { expect, it } from 'vitest';
import { FIRST_ADMIN_TOKEN_LIFE_MS, makeFirstAdminToken } from '#server/access/logins/firstAdminToken.ts';
import { manualClock } from '#test/support/manualClock.ts';

it('matches itself, as people copy it, and nothing else', () => {
  const { text, token } = makeFirstAdminToken(manualClock());
  expect(text).toMatch(/^([0-9a-f]{8}-){4}[0-9a-f]{8}$/);
  expect(token.matches(` ${text.toUpperCase()}\n`)).toBe(true);
  for (const other of ['', text.slice(1), makeFirstAdminToken(manualClock()).text])
    expect(token.matches(other)).toBe(false);
  expect(JSON.stringify(token)).not.toContain(text);
});

it('is good for half an hour and for once', () => {
  const clock = manualClock();
  const { text, token } = makeFirstAdminToken(clock);
  clock.advance(FIRST_ADMIN_TOKEN_LIFE_MS - 1);
  expect(token.matches(text)).toBe(true);
  clock.advance(1);
  expect(token.matches(text)).toBe(false);
  const second = makeFirstAdminToken(clock);
  second.token.spend();
  expect(second.token.matches(second.text)).toBe(false);
});
