import { bentocacheConvention } from './conventions/bentocacheConvention.ts';
import { cashewsConvention } from './conventions/cashewsConvention.ts';
import { djangoConvention } from './conventions/djangoConvention.ts';
import { fusionCacheConvention } from './conventions/fusionCacheConvention.ts';
import { gocacheConvention } from './conventions/gocacheConvention.ts';
import { micrometerConvention } from './conventions/micrometerConvention.ts';
import { opossumConvention } from './conventions/opossumConvention.ts';
import { redisExporterConvention } from './conventions/redisExporterConvention.ts';
import { libraryConvention } from './libraryConvention.ts';
import type { TrafficConvention } from './trafficConvention.ts';

/** The first that can read a sample claims it, so the more exact stand before the more general. */
export const trafficConventions: readonly TrafficConvention[] = [
  libraryConvention,
  bentocacheConvention,
  cashewsConvention,
  micrometerConvention,
  fusionCacheConvention,
  djangoConvention,
  gocacheConvention,
  opossumConvention,
  redisExporterConvention,
];
