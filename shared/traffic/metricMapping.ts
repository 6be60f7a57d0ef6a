import { z } from 'zod';

const text = z.string().min(1).max(512);

/**
 * What a metric of one's own counts. The row is named by exactly one of four: `pattern` (a key pattern as it stands),
 * `patternLabel` (the label that holds it), `cacheName` or `cacheNameLabel`.
 */
export const metricMappingSchema = z
  .strictObject({
    metric: text,
    /** Labels that the series must have, with exactly these values. */
    labels: z.record(text, z.string().max(512)).optional(),
    counts: z.enum(['hits', 'misses', 'puts', 'loads', 'loadSeconds', 'keyCount', 'bytes']),
    pattern: text.optional(),
    patternLabel: text.optional(),
    cacheName: text.optional(),
    cacheNameLabel: text.optional(),
  })
  .refine(
    ({ pattern, patternLabel, cacheName, cacheNameLabel }) =>
      [pattern, patternLabel, cacheName, cacheNameLabel].filter((name) => name !== undefined).length === 1,
    { message: 'needs one of pattern, patternLabel, cacheName, cacheNameLabel' },
  );

export type MetricMapping = z.infer<typeof metricMappingSchema>;
