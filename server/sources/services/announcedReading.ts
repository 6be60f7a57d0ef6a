import type {
  AnnouncedBreaker,
  AnnouncedMemory,
  InstanceSnapshot,
} from '#shared/control/instanceSnapshot.ts';
import { metricNames } from '#shared/metricNames.ts';
import type { BreakerState } from '#shared/services/breakerState.ts';
import type { HeldMemory } from '#shared/services/serviceInstance.ts';
import { resilience4jState } from './conventions/resilience4jBreakers.ts';
import type { InstanceReading, ToldBreaker, ToldFigures, TransitionCount } from './instanceReading.ts';
import { announcedSamples } from './invalidation/announcedSamples.ts';
import { parseInvalidation } from './invalidation/parseInvalidation.ts';

/** Silences after which a snapshot is gone from Redis. */
const SILENCES = 3;

/** What an instance announced in Redis, as a scrape of its page would tell it; `nowMs` is when it was read; `askedAt`, where it was asked instead. */
export function announcedReading(
  snapshot: InstanceSnapshot,
  nowMs: number,
  askedAt: string | null = null,
): InstanceReading {
  const { service, instance, version, startedAtMs, state } = snapshot;
  return {
    ...{ service, instance, version, startedAtMs },
    ...(askedAt === null
      ? { atMs: writtenAtMs(snapshot, nowMs), way: 'redis', address: null }
      : { atMs: nowMs, way: 'command', address: askedAt }),
    breakers: state === null ? [] : [toldBreaker(snapshot, state.breaker)],
    figures: figuresOf(snapshot),
    invalidation: parseInvalidation(announcedSamples(snapshot), service, snapshot.atMs),
  };
}

/** By the clock of the instance, which may be wrong; by the life of the key it is no older than this, and never of the future. */
function writtenAtMs({ atMs, everyMs }: InstanceSnapshot, nowMs: number): number {
  return Math.min(nowMs, Math.max(atMs, nowMs - SILENCES * everyMs));
}

function toldBreaker(snapshot: InstanceSnapshot, breaker: AnnouncedBreaker): ToldBreaker {
  const { state, enteredAtMs, callCount, failureRatio, slowCallRatio } = breaker;
  return {
    ...{ name: snapshot.service, source: 'library', state, stateSinceMs: enteredAtMs },
    ...{ callCount, failureRatio, slowCallRatio, thresholds: breaker.thresholds },
    notPermittedCount: breaker.notPermittedCount,
    transitions: transitionsOf(snapshot),
    events: null,
  };
}

function transitionsOf({ counts }: InstanceSnapshot): readonly TransitionCount[] {
  return counts
    .filter(({ name }) => name === metricNames.breakerTransitions)
    .flatMap(({ labels: [word, reason], count }) => {
      const to: BreakerState | undefined = resilience4jState(word);
      return to === undefined ? [] : [{ to, reason: reason ?? null, count }];
    });
}

function figuresOf({ counts, state }: InstanceSnapshot): ToldFigures {
  // Counters at 0 are left out of a snapshot.
  const total = (metricName: string) =>
    counts.reduce((sum, { name, count }) => (name === metricName ? sum + count : sum), 0);
  return {
    l1: heldMemory(state?.l1 ?? null),
    fallback: heldMemory(state?.fallback ?? null),
    loadsActiveCount: state?.loads.activeCount ?? null,
    loadsWaitingCount: state?.loads.waitingCount ?? null,
    shedCount: total(metricNames.shed),
    staleServedCount: total(metricNames.staleServed),
    coalescedCount: total(metricNames.coalesced),
  };
}

function heldMemory(memory: AnnouncedMemory | null): HeldMemory | null {
  if (memory === null) return null;
  const { entryCount, bytes, maxEntries, maxBytes } = memory;
  return { entryCount, bytes, maxEntries, maxBytes };
}
