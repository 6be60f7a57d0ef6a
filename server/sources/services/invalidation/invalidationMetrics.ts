import { metricNames } from '#shared/metricNames.ts';

/**
 * What a page tells of invalidations, with the labels of each counter in the order in which a snapshot in Redis has their values.
 */
export const invalidationLabels: ReadonlyMap<string, readonly string[]> = new Map([
  [metricNames.invalidations, ['source']],
  [metricNames.removals, ['key_pattern', 'source']],
  [metricNames.retries, ['source', 'state']],
  [metricNames.broadcasts, ['direction']],
  [metricNames.coherenceChanges, ['state']],
  [metricNames.evictions, ['layer', 'cause']],
  [metricNames.events, ['event', 'state']],
  [metricNames.eventFanOut, ['event']],
  [metricNames.verified, ['key_pattern', 'result', 'age_class']],
]);

/** All of them, histograms by the names of their series. */
export const invalidationMetricNames: readonly string[] = [
  ...invalidationLabels.keys(),
  ...[metricNames.puts, metricNames.retriesQueued, metricNames.retriesOldestAge],
  ...[metricNames.coherenceState, metricNames.deadLetters],
  ...[metricNames.eventLag, metricNames.eventFanOutSizes].flatMap((name) => [
    `${name}_bucket`,
    `${name}_sum`,
    `${name}_count`,
  ]),
];

/** Their labels, which a query to a Prometheus server must keep. */
export const invalidationQueryLabels = [
  ...[
    'source',
    'state',
    'direction',
    'layer',
    'cause',
    'event',
    'result',
    'age_class',
    'queue',
    'stream',
    'le',
  ],
];
