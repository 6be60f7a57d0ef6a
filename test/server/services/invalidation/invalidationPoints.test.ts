import { expect, it } from 'vitest';
import {
  invalidationPoints,
  type ServiceIncrement,
} from '#server/services/invalidation/invalidationPoints.ts';
import type { InvalidationCounts } from '#shared/services/invalidationCounts.ts';
import { tallyWith } from './tallies.ts';

const increment = (
  id: string,
  counts: Partial<InvalidationCounts>,
  change: Partial<ServiceIncrement> = {},
): ServiceIncrement => ({
  ...{ id, service: 'shop', hasToHear: true, fromMs: 1_000, toMs: 6_000, tally: tallyWith(counts) },
  ...change,
});

it('adds up the instances of a service in the step that holds the middle of each reading', () => {
  const points = invalidationPoints([
    increment('a', { sent: 3, received: 2 }),
    increment('b', { sent: 2, received: 3 }),
    increment('b', { sent: 1 }, { fromMs: 9_000, toMs: 14_000 }),
  ]);
  expect(points.get(0)).toMatchObject([{ service: 'shop', sent: 5, received: 5 }]);
  expect(points.get(10_000)).toMatchObject([{ service: 'shop', sent: 1, received: 0 }]);
});

it('has each message due once for each other instance that has to hear it', () => {
  const readTwice = [increment('a', { sent: 1 }), increment('a', { sent: 2 })];
  const due = (increments: readonly ServiceIncrement[]) => invalidationPoints(increments).get(0)?.[0]?.due;
  expect(due([...readTwice, increment('b', { sent: 4 }), increment('c', {})])).toBe(2 * 3 + 2 * 4);
  const deaf = { hasToHear: false };
  expect(due([increment('a', { sent: 3 }, deaf), increment('b', { sent: 4 }, deaf)])).toBe(0);
  expect(due([increment('a', { sent: 3 }, deaf), increment('b', { sent: 4 })])).toBe(3);
});

it('keeps services apart, and what a release does not count unknown', () => {
  const points = invalidationPoints([
    increment('a', { sent: 1, missed: null }),
    increment('b', { sent: 2 }, { service: null }),
  ]);
  expect(points.get(0)).toMatchObject([
    { service: 'shop', sent: 1, missed: null },
    { service: '', sent: 2, missed: 0 },
  ]);
});
