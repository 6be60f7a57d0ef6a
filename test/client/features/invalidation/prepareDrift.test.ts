import { expect, it } from 'vitest';
import { prepareDrift } from '#client/features/invalidation/prepareDrift.ts';

it('shares drifted entries by age, of those that could be compared', () => {
  const verified = [
    { result: 'same', ageClass: '10m', count: 90 },
    { result: 'drifted', ageClass: '10m', count: 6 },
    { result: 'repaired', ageClass: '10m', count: 4 },
    { result: 'failed', ageClass: '10m', count: 50 },
    { result: 'changed', ageClass: '1h', count: 5 },
    { result: 'same', ageClass: '1m', count: 3 },
  ];
  expect(prepareDrift(verified)).toMatchObject([
    { ageClass: '1m', comparedCount: 3, driftedCount: 0 },
    { ageClass: '10m', comparedCount: 100, driftedCount: 10, share: { ratio: 0.1 } },
  ]);
  expect(prepareDrift([])).toEqual([]);
});
