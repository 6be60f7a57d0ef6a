import { metricNames } from '#shared/metricNames.ts';
import { breakerConventions } from './breakerConventions.ts';
import { invalidationMetricNames, invalidationQueryLabels } from './invalidation/invalidationMetrics.ts';

/** What tells how an instance of our library gets along, besides its breaker. */
const libraryNames = [
  metricNames.info,
  metricNames.startTime,
  metricNames.size,
  metricNames.sizeBytes,
  metricNames.maxSize,
  metricNames.maxSizeBytes,
  metricNames.loadsActive,
  metricNames.loadsWaiting,
  metricNames.shed,
  metricNames.staleServed,
  metricNames.coalesced,
  ...invalidationMetricNames,
];

const names: ReadonlySet<string> = new Set([
  ...libraryNames,
  ...breakerConventions.flatMap((convention) => convention.metricNames),
]);

const breakerNames: ReadonlySet<string> = new Set(
  breakerConventions.flatMap((convention) => convention.metricNames),
);

/** Whether a metric of this name says how a service gets along; a scrape keeps it. */
export function isServiceMetric(metricName: string): boolean {
  return names.has(metricName);
}

export function isBreakerMetric(metricName: string): boolean {
  return breakerNames.has(metricName);
}

/** How to ask a Prometheus server for all of them. */
export const serviceQuery = {
  metricNames: [...names].join('|'),
  labels: [
    'cache',
    'layer',
    ...invalidationQueryLabels,
    ...new Set(breakerConventions.flatMap(({ labels }) => labels)),
  ],
};
