import type { ToldInvalidation } from '#server/sources/services/invalidation/toldInvalidation.ts';
import type { InstanceInvalidation } from '#shared/services/instanceInvalidation.ts';
import { type InvalidationTally, subtractTally } from '#shared/services/invalidationCounts.ts';

/** What was added from one reading of a process to the next. */
export interface InvalidationIncrement {
  readonly fromMs: number;
  readonly toMs: number;
  readonly tally: InvalidationTally;
}

/** What is shown of an instance, apart from whose it is. */
export type InvalidationReading = Pick<
  InstanceInvalidation,
  'total' | 'recent' | 'coherence' | 'retriesWaiting' | 'retriesSinceMs' | 'deadLetters'
>;

interface Told {
  readonly atMs: number;
  readonly tally: InvalidationTally;
}

const RECENT_MS = 60_000;
/** A page that is older is not waited for: what is told meanwhile, without percentiles, is newer. */
const LATE_MS = 15_000;
/** Readings that are farther apart say nothing of the steps between them. */
const BRIDGED_MS = 60_000;

/** Of a page of metrics, and of no snapshot in Redis, which holds means alone. */
function tellsPercentiles({ events }: InvalidationTally): boolean {
  const told = events.filter(({ lagCount }) => lagCount > 0);
  return told.length > 0 && told.every(({ lagBuckets }) => lagBuckets !== null);
}

/** The invalidations of one instance from reading to reading. */
export class InvalidationTrack {
  #told: ToldInvalidation;
  /** Of the process of now, the oldest first; the last is that of `#told`. */
  #points: readonly Told[];
  /** Up to where increments were told. */
  #toldTo: Told;
  #increments: InvalidationIncrement[] = [];
  #hasFallen = false;

  constructor(told: ToldInvalidation, atMs: number) {
    this.#told = told;
    this.#toldTo = { atMs, tally: told.tally };
    this.#points = [this.#toldTo];
  }

  /**
   * Takes in the next reading. A restart drops the interval. Counts that fell once are of a page that was made before the snapshot
   * that was read last, and are passed over; fallen twice, they are of another process.
   */
  take(told: ToldInvalidation, atMs: number, isSameProcess: boolean): void {
    const now = { atMs, tally: told.tally };
    const last = this.#points.at(-1);
    const added = last === undefined || !isSameProcess ? null : subtractTally(told.tally, last.tally);
    const isPassedOver = isSameProcess && added === null && !this.#hasFallen;
    this.#hasFallen = isPassedOver;
    if (isPassedOver) return;
    this.#told = told;
    if (last === undefined || added === null || atMs - last.atMs > BRIDGED_MS) {
      this.#points = [now];
      this.#toldTo = now;
      return;
    }
    this.#addIncrement(now);
    this.#points = [...this.#points, now].filter((point) => atMs - point.atMs <= RECENT_MS);
  }

  /** A snapshot between two pages would cost both their percentiles, so it waits for the page behind it. */
  #addIncrement(now: Told): void {
    const from = this.#toldTo;
    const isBetween = tellsPercentiles(from.tally) && !tellsPercentiles(now.tally);
    if (isBetween && now.atMs - from.atMs <= LATE_MS) return;
    const tally = subtractTally(now.tally, from.tally);
    if (tally !== null) this.#increments.push({ fromMs: from.atMs, toMs: now.atMs, tally });
    this.#toldTo = now;
  }

  /** What was added since it was drained last; of a page that a snapshot followed, up to that page. */
  drain(): readonly InvalidationIncrement[] {
    const increments = this.#increments;
    this.#increments = [];
    return increments;
  }

  reading(): InvalidationReading {
    const { tally, coherence, retriesWaiting, retriesSinceMs, deadLetters } = this.#told;
    return {
      ...{ total: tally, recent: this.#recent() },
      ...{ coherence, retriesWaiting, retriesSinceMs, deadLetters },
    };
  }

  #recent(): InvalidationReading['recent'] {
    const newest = this.#points.at(-1);
    // One page that came late must not cost the percentiles of a minute.
    const full = this.#points.filter(({ tally }) => tellsPercentiles(tally));
    const isFullNew = (newest?.atMs ?? 0) - (full.at(-1)?.atMs ?? 0) <= LATE_MS;
    const points = full.length > 1 && isFullNew ? full : this.#points;
    const [first] = points;
    const last = points.at(-1);
    if (first === undefined || last === undefined || first === last) return null;
    const tally = subtractTally(last.tally, first.tally);
    return tally === null ? null : { windowMs: last.atMs - first.atMs, tally };
  }
}
