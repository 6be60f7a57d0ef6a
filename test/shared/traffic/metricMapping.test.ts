import { expect, test } from 'vitest';
import { metricMappingSchema } from '#shared/traffic/metricMapping.ts';

test('a mapping names what is counted and its row', () => {
  const mapping = { metric: 'reads_total', labels: { found: 'yes' }, counts: 'hits', cacheName: 'users' };
  expect(metricMappingSchema.parse(mapping)).toEqual(mapping);
});

test.each([
  [{ metric: 'reads_total', counts: 'hits' }, 'needs one of pattern'],
  [{ metric: 'reads_total', counts: 'hits', pattern: 'a', cacheName: 'b' }, 'needs one of pattern'],
  [{ metric: 'reads_total', counts: 'reads', pattern: 'a' }, 'Invalid option'],
  [{ metric: 'reads_total', counts: 'hits', patern: 'a' }, 'patern'],
  [{ counts: 'hits', pattern: 'a' }, 'metric'],
])('%j is refused', (mapping, word) => {
  const result = metricMappingSchema.safeParse(mapping);
  expect(result.success).toBe(false);
  expect(JSON.stringify(result.error?.issues)).toContain(word);
});
