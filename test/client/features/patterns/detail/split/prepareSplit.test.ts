import { expect, it } from 'vitest';
import {
  prepareFunnel,
  prepareMissReasons,
  prepareParts,
} from '#client/features/patterns/detail/split/prepareSplit.ts';
import { wilson } from '#shared/statistics.ts';

const plain = (text: string | undefined) => text?.replaceAll('\u202f', ' ');

it('leads from level to level to the source, each as a share of what came in', () => {
  const steps = prepareFunnel({
    levels: [
      { level: 'l1', hitCount: 800, missCount: 200, hit: wilson(800, 1_000) },
      { level: 'l2', hitCount: 100, missCount: 50, hit: wilson(100, 150) },
    ],
    sourceLoadCount: 40,
  });
  expect(steps.map(({ reachedRatio, answeredRatio }) => [reachedRatio, answeredRatio])).toEqual([
    [1, 0.8],
    [0.15, 0.1],
    [0.04, 0.04],
  ]);
  expect(plain(steps[0]?.text)).toBe('800 of 1,000 found, 80.0 %');
  // 150 look-ups are too few for a rate.
  expect(steps[1]?.text).toBe('100 of 150 found');
  expect(plain(steps[2]?.text)).toBe('40 loads, 4.0 % of the look-ups');
});

it('draws nothing when nothing was looked up', () => {
  expect(prepareFunnel({ levels: [], sourceLoadCount: 0 })).toEqual([]);
  expect(prepareMissReasons({ reasons: [], untoldCount: 0 })).toEqual([]);
});

it('orders reasons by count and keeps what nobody told apart', () => {
  const bands = prepareMissReasons({
    reasons: [
      { reason: 'cold', count: 10 },
      { reason: 'expired', count: 30 },
    ],
    untoldCount: 60,
  });
  expect(bands.map(({ label, ratio }) => [label, ratio])).toEqual([
    ['expired', 0.3],
    ['never stored', 0.1],
    ['reason not told', 0.6],
  ]);
  expect(bands.at(-1)?.colour).toBe('base');
});

it('puts the process that misses most first', () => {
  const part = (instance: string, missesPerSecond: number | null) => ({
    ...{ service: 'catalog', instance, version: '1', source: 'library' as const, lookupCount: 10, hit: null },
    ...{ hasEnoughLookups: false, lookupsPerSecond: 1, missesPerSecond, coveredMs: 1_000 },
  });
  const rows = prepareParts([part('a', 1), part('b', null), part('c', 5)]);
  expect(rows.map(({ instance }) => instance)).toEqual(['c', 'a', 'b']);
});
