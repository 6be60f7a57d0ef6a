import { libraryConvention } from './libraryConvention.ts';
import type { TrafficConvention } from './trafficConvention.ts';

/** The first that can read a sample claims it, so the more exact stand before the more general. */
export const trafficConventions: readonly TrafficConvention[] = [libraryConvention];
