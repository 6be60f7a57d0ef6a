import { expect, test } from 'vitest';
import { isInTotals } from '#shared/traffic/trafficSource.ts';

test('what is the sum of others, or may be counted by them, is in no total', () => {
  expect(isInTotals({ identity: 'instance', source: 'redisExporter' })).toBe(false);
  expect(isInTotals({ identity: 'pattern', source: 'probe' })).toBe(false);
  expect(isInTotals({ identity: 'cacheName', source: 'micrometer' })).toBe(true);
  expect(isInTotals({})).toBe(true);
});
