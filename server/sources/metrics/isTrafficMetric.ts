import { metricNames } from '#shared/metricNames.ts';
import { PROCESS_START } from './parseTrafficCounters.ts';
import type { TrafficConvention } from './trafficConvention.ts';

/** Whether a metric of this name is read by anything; a scrape drops all others. */
export function isTrafficMetric(metricName: string, conventions: readonly TrafficConvention[]): boolean {
  if (metricName === metricNames.info || metricName === PROCESS_START) return true;
  return conventions.some(({ isNamed }) => isNamed(metricName));
}
