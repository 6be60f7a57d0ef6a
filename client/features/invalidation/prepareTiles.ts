import { bucketQuantile, LAG_BOUNDS_SECONDS } from '#shared/histogram/eventHistograms.ts';
import { sumEvents } from '#shared/services/invalidationCounts.ts';
import type { InvalidationAnswer, InvalidationRow } from './invalidationModel.ts';

/** Counts of the last minute over the instances that are heard. Null = nobody tells. */
export interface InvalidationFigures {
  /** Lost events, missed messages, and retries that were given up. */
  readonly lostCount: number | null;
  readonly missedCount: number | null;
  readonly lostEventCount: number | null;
  /** Instances of releases that do not number their messages. */
  readonly untoldCount: number;
  /** Instances whose subscription is gone. */
  readonly deafCount: number;
  /** As instances counted them. */
  readonly letterCount: number | null;
  /** When the oldest of these counts was read, epoch ms. */
  readonly lettersReadAtMs: number | null;
  readonly retriesWaiting: number | null;
  /** Seconds; Infinity = above the last bound. */
  readonly lagP50: number | null;
  readonly lagP95: number | null;
  /** Of what has no percentiles. */
  readonly lagMean: number | null;
  readonly lagCount: number;
  readonly askedPerSecond: number | null;
  readonly removedPerSecond: number | null;
  readonly instanceCount: number;
}

type Recent = NonNullable<InvalidationRow['recent']>;

export function prepareTiles(answer: InvalidationAnswer): InvalidationFigures {
  const heard = answer.instances.filter(({ silentSinceMs }) => silentSinceMs === null);
  const recents = heard.flatMap(({ recent }) => recent ?? []);
  const told = recents.flatMap(({ missed }) => missed ?? []);
  const missedCount = told.length === 0 ? null : sum(told);
  const lostEventCount = recents.length === 0 ? null : sum(recents.map(({ events }) => events.lost));
  const dropped = sum(recents.map(({ retryDropped }) => retryDropped));
  const known = answer.deadLetters.flatMap(({ count, readAtMs }) =>
    count === null ? [] : [{ count, readAtMs }],
  );
  const waiting = heard.flatMap(({ retriesWaiting }) => retriesWaiting ?? []);
  return {
    lostCount: recents.length === 0 ? null : (missedCount ?? 0) + (lostEventCount ?? 0) + dropped,
    ...{ missedCount, lostEventCount },
    untoldCount: recents.length - told.length,
    deafCount: heard.filter(({ coherence }) => coherence === 'lost').length,
    letterCount: known.length === 0 ? null : sum(known.map(({ count }) => count)),
    lettersReadAtMs: known.length === 0 ? null : Math.min(...known.map(({ readAtMs }) => readAtMs)),
    retriesWaiting: waiting.length === 0 ? null : sum(waiting),
    ...lagOf(answer),
    askedPerSecond: rateOf(recents, ({ askedCount }) => askedCount),
    removedPerSecond: rateOf(recents, ({ removed }) => removed),
    instanceCount: recents.length,
  };
}

function lagOf({ events }: InvalidationAnswer) {
  const recents = events.flatMap(({ recent }) => (recent === null || recent.lagCount === 0 ? [] : [recent]));
  const [first, ...rest] = recents;
  if (first === undefined) return { lagP50: null, lagP95: null, lagMean: null, lagCount: 0 };
  const all = rest.reduce(sumEvents, first);
  const quantile = (ratio: number) =>
    all.lagBuckets === null ? null : bucketQuantile(all.lagBuckets, LAG_BOUNDS_SECONDS, ratio);
  return {
    lagP50: quantile(0.5),
    lagP95: quantile(0.95),
    lagMean: all.lagMs / all.lagCount / 1_000,
    lagCount: all.lagCount,
  };
}

/** Each instance over its own window. */
function rateOf(recents: readonly Recent[], count: (recent: Recent) => number): number | null {
  const covered = recents.filter(({ windowMs }) => windowMs > 0);
  if (covered.length === 0) return null;
  return sum(covered.map((recent) => (count(recent) * 1_000) / recent.windowMs));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
