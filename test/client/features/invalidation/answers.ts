import type { InvalidationAnswer } from '#client/features/invalidation/invalidationModel.ts';
import { deriveInvalidations } from '#server/api/invalidation/deriveInvalidations.ts';
import { type InvalidationSeries, invalidationMetrics } from '#server/history/invalidationPoint.ts';
import { LAG_BOUNDS_SECONDS } from '#shared/histogram/eventHistograms.ts';
import type { Series } from '#shared/series.ts';
import type { InstanceInvalidation } from '#shared/services/instanceInvalidation.ts';

const STEP_MS = 10_000;

/** A span of 20 steps of 10 s, all measured; each series is 0 but for what is given of its steps. */
export function seriesWith(
  change: Partial<Record<(typeof invalidationMetrics)[number], readonly (number | null)[]>> = {},
  lagBuckets: readonly (readonly (number | null)[])[] = [],
): InvalidationAnswer['series'] {
  const series = (values: readonly (number | null)[] = []): Series => ({
    ...{ fromMs: 0, stepMs: STEP_MS },
    values: Array.from({ length: 20 }, (_, at) => (at < values.length ? (values[at] ?? null) : 0)),
  });
  const entries = invalidationMetrics.map((metric) => [metric, series(change[metric])]);
  return {
    ...named(Object.fromEntries(entries)),
    coveredMs: series(Array(20).fill(STEP_MS)),
    lagBuckets: [...LAG_BOUNDS_SECONDS, 0].map((_, at) => series(lagBuckets[at])),
  };
}

/** The overload says what `fromEntries` does not. */
function named(entries: Record<string, Series>): Omit<InvalidationSeries, 'coveredMs' | 'lagBuckets'>;
function named(entries: Record<string, Series>): Record<string, Series> {
  return entries;
}

export function answerOf(
  instances: readonly InstanceInvalidation[],
  change: Partial<InvalidationAnswer> = {},
): InvalidationAnswer {
  const { events, verified, deadLetters, ...derived } = deriveInvalidations(instances);
  return {
    ...{ span: { fromMs: 0, toMs: 200_000 }, nowMs: 200_000 },
    announcements: { state: 'working', lastOkAtMs: 99_000, detail: '', leftOutCount: 0 },
    connection: { state: 'connected', sinceMs: 0, detail: '', lastReadAtMs: 99_000 },
    instances: [...derived.instances],
    events: events.map((event) => ({ ...event })),
    ...{ verified: [...verified], deadLetters: [...deadLetters] },
    services: [...new Set(instances.map(({ service }) => service ?? ''))],
    ...{ isAnySourceRead: true, findings: [], series: seriesWith(), marks: [] },
    ...change,
  };
}
