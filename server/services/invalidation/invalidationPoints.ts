import { HISTORY_STEP_MS } from '#server/history/historyStore.ts';
import type { InvalidationPoint } from '#server/history/invalidationPoint.ts';
import { LAG_BOUNDS_SECONDS } from '#shared/histogram/eventHistograms.ts';
import { type EventTally, sumCounts, sumEvents } from '#shared/services/invalidationCounts.ts';
import type { InvalidationIncrement } from './invalidationTrack.ts';

/** An increment and whose it is. */
export interface ServiceIncrement extends InvalidationIncrement {
  readonly service: string | null;
  /** Which of its instances. */
  readonly id: string;
  /** Whether something of it depends on the messages of the others. */
  readonly hasToHear: boolean;
}

const NO_LAGS: readonly number[] = [...LAG_BOUNDS_SECONDS, Number.POSITIVE_INFINITY].map(() => 0);

const NO_EVENT: EventTally = {
  ...{
    event: '',
    published: 0,
    applied: 0,
    replayed: 0,
    duplicate: 0,
    failed: 0,
    deadLettered: 0,
    lost: 0,
    removed: 0,
  },
  ...{ lagCount: 0, lagMs: 0, lagBuckets: null, fanOutBuckets: null },
};

/** Increments by the step of the history that holds the middle of each, added up by service. */
export function invalidationPoints(
  increments: readonly ServiceIncrement[],
): ReadonlyMap<number, readonly InvalidationPoint[]> {
  const steps = new Map<number, Map<string, ServiceIncrement[]>>();
  for (const increment of increments) {
    const { service, fromMs, toMs } = increment;
    const stepAtMs = Math.floor((fromMs + toMs) / 2 / HISTORY_STEP_MS) * HISTORY_STEP_MS;
    const services = steps.get(stepAtMs) ?? new Map<string, ServiceIncrement[]>();
    steps.set(stepAtMs, services);
    services.set(service ?? '', [...(services.get(service ?? '') ?? []), increment]);
  }
  return new Map(
    [...steps].map(([stepAtMs, services]) => [
      stepAtMs,
      [...services].map(([service, ofService]) => pointOf(service, ofService)),
    ]),
  );
}

function pointOf(service: string, increments: readonly ServiceIncrement[]): InvalidationPoint {
  const tallies = increments.map(({ tally }) => tally);
  const { asked, removed, sent, received, missed, duplicate, flushes } = tallies
    .map(({ counts }) => counts)
    .reduce(sumCounts);
  const events = tallies.flatMap((tally) => tally.events).reduce(sumEvents, NO_EVENT);
  const { published, applied, failed, deadLettered, lost, lagCount, lagMs, lagBuckets } = events;
  return {
    ...{ service, ...asked, removed, sent, received, missed, repeated: duplicate, flushes },
    due: dueOf(increments),
    ...{ published, applied, duplicate: events.duplicate, failed, deadLettered, lost },
    // Where none was applied, it is known that none was late.
    ...{ lagCount, lagMs, lagBuckets: lagCount === 0 ? NO_LAGS : lagBuckets },
  };
}

/** Each instance that has to hear the others should receive what these sent, and not its own. */
function dueOf(increments: readonly ServiceIncrement[]): number {
  const sentOf = (some: readonly ServiceIncrement[]) =>
    some.reduce((sum, { tally }) => sum + tally.counts.sent, 0);
  const hearing = increments.filter(({ hasToHear }) => hasToHear);
  return new Set(hearing.map(({ id }) => id)).size * sentOf(increments) - sentOf(hearing);
}
