import { expect, test } from 'vitest';
import { lookupResult } from '#server/sources/metrics/lookupResult.ts';

test.each([
  ['hit', 'hits'],
  ['miss', 'misses'],
  ['pending', null],
  [undefined, null],
])('%s is %s', (word, metric) => {
  expect(lookupResult(word)).toBe(metric);
});
