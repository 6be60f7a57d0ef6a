/** What asked for an invalidation, as the library names it. */
export const invalidationSources = ['tag', 'key', 'event', 'pattern', 'version', 'operator'] as const;

export type InvalidationSource = (typeof invalidationSources)[number];

/** What of declared events is counted: happenings, and of `removed` entries. */
export const eventCounts = [
  'published',
  'applied',
  'duplicate',
  'failed',
  'deadLettered',
  'lost',
  'removed',
] as const;

export type EventCount = (typeof eventCounts)[number];

/** What an instance counts of its invalidations, events apart. Null = its release does not count that. */
export interface InvalidationCounts {
  /** How often something asked for one. */
  readonly asked: Readonly<Record<InvalidationSource, number>>;
  /** Entries that left Redis on purpose, and those that were stored. */
  readonly removed: number;
  readonly stored: number;
  /** Messages to and from the other instances; `missed` and `duplicate` by their numbers. */
  readonly sent: number;
  readonly received: number;
  readonly missed: number | null;
  readonly duplicate: number | null;
  /** Losses of the subscription, each of which empties L1, and the entries that it held then. */
  readonly flushes: number;
  readonly flushedEntries: number;
  /** Invalidations that Redis did not confirm, by what became of them. */
  readonly retryQueued: number;
  readonly retryDone: number;
  readonly retryDead: number;
  readonly retryDropped: number;
}

/** What an instance counts of one declared event. */
export interface EventTally extends Readonly<Record<EventCount, number>> {
  readonly event: string;
  /** Of the applied ones: delivered before, and left undone. Null = its release does not count them. */
  readonly replayed: number | null;
  /** Of the applied ones, from publishing to application. */
  readonly lagCount: number;
  readonly lagMs: number;
  /** A count for each bound of `LAG_BOUNDS_SECONDS` and one above; null = only the mean is told. */
  readonly lagBuckets: readonly number[] | null;
  /** Likewise of `FAN_OUT_BOUNDS`: entries that one event removed. */
  readonly fanOutBuckets: readonly number[] | null;
}

/** Entries that were compared with their source. */
export interface VerifiedTally {
  readonly result: string;
  /** `1m`, `10m`, `1h`, `1d`, `older` or `unknown`. */
  readonly ageClass: string;
  readonly count: number;
}

/** All that an instance counts of invalidations since it began. */
export interface InvalidationTally {
  readonly counts: InvalidationCounts;
  readonly events: readonly EventTally[];
  readonly verified: readonly VerifiedTally[];
}

/** Of what is counted together: everything added up; null where any of it is. */
export function sumCounts(a: InvalidationCounts, b: InvalidationCounts): InvalidationCounts {
  return combineCounts(a, b, (one, other) => one + other);
}

/** What was added between two readings of one process; null when a count fell, so that it is another process. */
export function subtractTally(now: InvalidationTally, before: InvalidationTally): InvalidationTally | null {
  let hasFallen = false;
  const minus = (one: number, other: number): number => {
    if (one < other) hasFallen = true;
    return one - other;
  };
  const events = now.events.map((tally) => {
    const past = before.events.find(({ event }) => event === tally.event);
    return past === undefined ? tally : combineEvents(tally, past, minus);
  });
  const verified = now.verified.map((one) => {
    const past = before.verified.find(
      ({ result, ageClass }) => result === one.result && ageClass === one.ageClass,
    );
    return past === undefined ? one : { ...one, count: minus(one.count, past.count) };
  });
  const counts = combineCounts(now.counts, before.counts, minus);
  return hasFallen ? null : { counts, events, verified };
}

/** Of several instances together. Buckets are unknown where those of any are, unless it counted nothing. */
export function sumEvents(a: EventTally, b: EventTally): EventTally {
  return combineEvents(a, b, (one, other) => one + other);
}

type Combine = (one: number, other: number) => number;

function combineCounts(a: InvalidationCounts, b: InvalidationCounts, combine: Combine): InvalidationCounts {
  const { asked } = a;
  return {
    asked: {
      tag: combine(asked.tag, b.asked.tag),
      key: combine(asked.key, b.asked.key),
      event: combine(asked.event, b.asked.event),
      pattern: combine(asked.pattern, b.asked.pattern),
      version: combine(asked.version, b.asked.version),
      operator: combine(asked.operator, b.asked.operator),
    },
    removed: combine(a.removed, b.removed),
    stored: combine(a.stored, b.stored),
    sent: combine(a.sent, b.sent),
    received: combine(a.received, b.received),
    missed: combineOrNull(a.missed, b.missed, combine),
    duplicate: combineOrNull(a.duplicate, b.duplicate, combine),
    flushes: combine(a.flushes, b.flushes),
    flushedEntries: combine(a.flushedEntries, b.flushedEntries),
    retryQueued: combine(a.retryQueued, b.retryQueued),
    retryDone: combine(a.retryDone, b.retryDone),
    retryDead: combine(a.retryDead, b.retryDead),
    retryDropped: combine(a.retryDropped, b.retryDropped),
  };
}

function combineOrNull(one: number | null, other: number | null, combine: Combine): number | null {
  return one === null || other === null ? null : combine(one, other);
}

function combineEvents(a: EventTally, b: EventTally, combine: Combine): EventTally {
  return {
    event: a.event,
    published: combine(a.published, b.published),
    applied: combine(a.applied, b.applied),
    replayed: combineOrNull(a.replayed, b.replayed, combine),
    duplicate: combine(a.duplicate, b.duplicate),
    failed: combine(a.failed, b.failed),
    deadLettered: combine(a.deadLettered, b.deadLettered),
    lost: combine(a.lost, b.lost),
    removed: combine(a.removed, b.removed),
    lagCount: combine(a.lagCount, b.lagCount),
    lagMs: combine(a.lagMs, b.lagMs),
    lagBuckets: combineBuckets([a.lagBuckets, a.lagCount], [b.lagBuckets, b.lagCount], combine),
    fanOutBuckets: combineBuckets([a.fanOutBuckets, a.applied], [b.fanOutBuckets, b.applied], combine),
  };
}

type Buckets = readonly [readonly number[] | null, number];

function combineBuckets(a: Buckets, b: Buckets, combine: Combine): readonly number[] | null {
  const [[counts, countOf], [other, otherCount]] = [a, b];
  if (counts !== null && other !== null) return counts.map((count, at) => combine(count, other[at] ?? 0));
  // What counted nothing takes nothing away from what is known of the others.
  if (counts === null && countOf === 0) return other;
  return other === null && otherCount === 0 ? counts : null;
}
