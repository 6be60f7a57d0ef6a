import { metricNames } from '#shared/metricNames.ts';
import { PROCESS_START } from './parseTrafficCounters.ts';
import { trafficConventions } from './trafficConventions.ts';

/** Whether a metric of this name is read by anything; a scrape drops all others. */
export function isTrafficMetric(metricName: string): boolean {
  if (metricName === metricNames.info || metricName === PROCESS_START) return true;
  return trafficConventions.some(({ isNamed }) => isNamed(metricName));
}
