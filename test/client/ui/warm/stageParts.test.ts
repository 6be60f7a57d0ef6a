import { expect, it } from 'vitest';
import { stageParts } from '#client/ui/warm/stageParts.ts';
import { exact } from '#shared/statistics.ts';

function partsOf(entryCount: number, stages: readonly number[]) {
  const preview = {
    ...{ entryCount, isCut: false, patterns: [], sampledCount: 0, freshCount: 0, perSecond: 1 },
    ...{ concurrency: 1, stages, jitterRatio: 0 },
  };
  return stageParts({ preview, duration: exact(10_000) });
}

it('stages cut the list at rising shares, and end as far into the run as into the list', () => {
  expect(partsOf(1_000, [0.01, 0.1, 1])).toEqual([
    { number: 1, fromRatio: 0, toRatio: 0.01, entryCount: 10, endsAtMs: 100 },
    { number: 2, fromRatio: 0.01, toRatio: 0.1, entryCount: 90, endsAtMs: 1_000 },
    { number: 3, fromRatio: 0.1, toRatio: 1, entryCount: 900, endsAtMs: 10_000 },
  ]);
});

it('a stage without an entry is none, and a list that is not gone through whole is counted as far as it is', () => {
  expect(partsOf(3, [0.01, 0.1, 1]).map(({ entryCount }) => entryCount)).toEqual([1, 2]);
  expect(partsOf(100, [0.1, 0.5]).map(({ entryCount }) => entryCount)).toEqual([20, 80]);
  expect(partsOf(0, [1])).toEqual([]);
});
