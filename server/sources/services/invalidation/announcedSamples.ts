import type { InstanceSnapshot } from '#shared/control/instanceSnapshot.ts';
import { metricNames } from '#shared/metricNames.ts';
import type { MetricSample } from '../../expositionReader.ts';
import { invalidationLabels } from './invalidationMetrics.ts';

/** What an instance announced of invalidations in Redis, as the samples that its page would have; of lags the mean alone. */
export function announcedSamples(snapshot: InstanceSnapshot): readonly MetricSample[] {
  const { service, counts, patterns, lags } = snapshot;
  const sample = (name: string, value: number, labels: readonly (readonly [string, string])[] = []) => ({
    ...{ name, value },
    labels: new Map([['cache', service], ...labels]),
  });
  return [
    ...counts.flatMap(({ name, labels, count }) => {
      const names = invalidationLabels.get(name);
      if (names === undefined) return [];
      return [
        sample(
          name,
          count,
          names.map((label, at) => [label, labels[at] ?? '']),
        ),
      ];
    }),
    ...patterns.map(({ puts }) => sample(metricNames.puts, puts)),
    ...lags.flatMap(({ event, count, totalMs }) => [
      sample(`${metricNames.eventLag}_count`, count, [['event', event]]),
      sample(`${metricNames.eventLag}_sum`, totalMs / 1_000, [['event', event]]),
    ]),
    ...stateSamples(snapshot, sample),
  ];
}

type MakeSample = (
  name: string,
  value: number,
  labels?: readonly (readonly [string, string])[],
) => MetricSample;

function stateSamples({ state, atMs }: InstanceSnapshot, sample: MakeSample): readonly MetricSample[] {
  if (state === null) return [];
  const { coherence, retries, deadLetters } = state;
  const { queuedCount, oldestAtMs } = retries;
  return [
    sample(metricNames.retriesQueued, queuedCount),
    ...(oldestAtMs === null ? [] : [sample(metricNames.retriesOldestAge, (atMs - oldestAtMs) / 1_000)]),
    ...(coherence === null ? [] : [sample(metricNames.coherenceState, 1, [['state', coherence]])]),
    ...deadLetters.flatMap(({ name, queuedCount: count, stream }) =>
      count === null
        ? []
        : [
            sample(metricNames.deadLetters, count, [
              ['queue', name],
              ['stream', stream ?? ''],
            ]),
          ],
    ),
  ];
}
