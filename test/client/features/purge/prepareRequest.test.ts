import { expect, it } from 'vitest';
import { type ConditionDraft, NO_CONDITIONS } from '#client/features/purge/prepareConditions.ts';
import { type PurgeDraft, prepareRequest, tagsToAdd } from '#client/features/purge/prepareRequest.ts';
import type { TagSummary } from '#shared/tags/tagSummary.ts';

const draft = (by: PurgeDraft['by'], text: string, isWholeCacheMeant = false): PurgeDraft => ({
  ...{ by, text, match: 'any', tags: [], conditions: NO_CONDITIONS },
  isWholeCacheMeant,
});

const tag = (name: string, memberCount: number | null = 3): TagSummary => ({
  ...{ layout: 'simple', layoutName: 'Cachescope', tag: name, tagKey: `tag:${name}`, memberCount },
  ...{ ttlMs: null, indexBytes: null, health: null, growth: null },
});
const where = (conditions: Partial<ConditionDraft>): PurgeDraft => ({
  ...draft('glob', 'p:*'),
  conditions: { ...NO_CONDITIONS, ...conditions },
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
    'keys of all of two tags',
    { ...draft('tags', ''), match: 'all', tags: [tag('a'), tag('b')] },
    {
      selection: {
        ...{ by: 'tags', match: 'all' },
        tags: [
          { layout: 'simple', tagKey: 'tag:a' },
          { layout: 'simple', tagKey: 'tag:b' },
        ],
      },
    },
  ],
  [
    'conditions in their units',
    where({ isWithoutTtl: true, larger: '1.5 KiB', older: '2h', idle: '30 min', format: 'json' }),
    {
      selection: {
        ...{ by: 'glob', glob: 'p:*' },
        where: [
          { is: 'withoutTtl' },
          { is: 'larger', thanBytes: 1_536 },
          { is: 'format', format: 'json' },
          { is: 'older', thanMs: 7_200_000 },
          { is: 'idle', forMs: 1_800_000 },
        ],
      },
    },
  ],
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
  [{ ...draft('tags', ''), tags: [tag('a')] }, 'Needs two tags or more.'],
  [where({ larger: 'big' }), 'A size is a number and B, KiB or MiB: 64 KiB.'],
  [where({ larger: '5 h' }), 'A size is a number and B, KiB or MiB: 64 KiB.'],
  [where({ older: '5' }), 'A time is a number and s, min, h or d: 30 min.'],
  [where({ idle: '0.1 s' }), 'A time is a number and s, min, h or d: 30 min.'],
  [draft('keys', 'k\n'.repeat(101)), '101 keys are more than 100: use a pattern, a glob or a tag.'],
])('of %j says what is missing', (given, missing) => {
  expect(prepareRequest(given)).toEqual({ state: 'incomplete', missing });
});

it('offers tags that list their entries and are not chosen yet', () => {
  expect(tagsToAdd([tag('a'), tag('b'), tag('mark', null)], [tag('a')])).toEqual([tag('b')]);
});
