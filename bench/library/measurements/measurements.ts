import type { Measurement } from '../measurement.ts';
import { coalescing } from './coalescing.ts';
import { hang } from './hang.ts';
import { l1Hits } from './l1Hits.ts';
import { l2Hits } from './l2Hits.ts';
import { memoryPerL1Entry } from './memoryPerL1Entry.ts';
import { misses } from './misses.ts';
import { tagInvalidation } from './tagInvalidation.ts';

/** In the order in which they run and are shown. */
export const measurements: readonly Measurement[] = [
  l1Hits,
  l2Hits,
  misses,
  coalescing,
  tagInvalidation,
  memoryPerL1Entry,
  hang,
];
