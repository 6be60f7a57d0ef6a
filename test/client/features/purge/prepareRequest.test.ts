import { expect, it } from 'vitest';
import { type PurgeDraft, prepareRequest } from '#client/features/purge/prepareRequest.ts';

const draft = (by: PurgeDraft['by'], text: string, isWholeCacheMeant = false): PurgeDraft => ({
  by,
  text,
  isWholeCacheMeant,
});

it.each<[string, PurgeDraft, object]>([
  ['one key', draft('keys', 'p:1'), { selection: { by: 'keys', keys: ['p:1'] } }],
  [
    'keys with spaces at their ends',
    draft('keys', ' p:1 \n\np:2'),
    { selection: { by: 'keys', keys: [' p:1 ', 'p:2'] } },
  ],
  ['a pattern', draft('pattern', ' p:{id}\n'), { selection: { by: 'pattern', pattern: 'p:{id}' } }],
  ['a glob', draft('glob', 'p:*'), { selection: { by: 'glob', glob: 'p:*' } }],
  [
    'the whole cache',
    draft('glob', '*', true),
    { selection: { by: 'glob', glob: '*' }, isWholeCacheMeant: true },
  ],
])('asks for %s', (_case, given, asked) => {
  expect(prepareRequest(given)).toMatchObject({ state: 'ready', asked });
});

it.each<[PurgeDraft, string]>([
  [draft('keys', '\n'), 'Needs a key.'],
  [draft('glob', ' '), 'Needs a glob.'],
  [draft('pattern', ''), 'Needs a pattern.'],
  [draft('glob', 'a*\nb*'), 'One at a time: there is more than one line.'],
  [draft('keys', 'k\n'.repeat(101)), '101 keys are more than 100: use a pattern, a glob or a tag.'],
])('of %j says what is missing', (given, missing) => {
  expect(prepareRequest(given)).toEqual({ state: 'incomplete', missing });
});
