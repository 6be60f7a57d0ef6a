import { expect, test } from 'vitest';
import { openLookupTally } from '#server/jobs/probe/lookupTally.ts';
import { createPatternLearner } from '#shared/keyPattern/patternLearner.ts';

test('counts hits and misses by pattern, most looked up first', () => {
  const tally = openLookupTally(createPatternLearner());
  for (let id = 1; id <= 30; id += 1) tally.add(`shop:product:${id}`, id % 3 === 0);
  for (let id = 1; id <= 5; id += 1) tally.add(`user:${id}`, true);
  expect(tally.patterns()).toEqual([
    { pattern: 'shop:product:{id}', hits: 20, misses: 10 },
    { pattern: 'user:{id}', hits: 0, misses: 5 },
  ]);
});

test('gives what was counted under words of their own to the pattern that they turn out to be', () => {
  const learner = {
    learn: (key: string) => key,
    canonical: (pattern: string) => pattern.replace(/:.*/, ':{slug}'),
  };
  const tally = openLookupTally(learner);
  tally.add('page:about', false);
  tally.add('page:team', true);
  expect(tally.patterns()).toEqual([{ pattern: 'page:{slug}', hits: 1, misses: 1 }]);
});

test('keeps no more of a long key than patterns need', () => {
  const seen: string[] = [];
  const learner = {
    learn(key: string) {
      seen.push(key);
      return 'p';
    },
    canonical: (pattern: string) => pattern,
  };
  openLookupTally(learner).add('k'.repeat(5_000), false);
  expect(seen.map(({ length }) => length)).toEqual([1_025]);
});
