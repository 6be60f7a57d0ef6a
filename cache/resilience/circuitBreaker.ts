import { type BreakerOptions, breakerDefaults } from './breakerOptions.ts';
import { prepareBounds } from './prepareBounds.ts';
import { SlidingCount } from './slidingCount.ts';

/** `forcedOpen` admits nothing and `disabled` everything, whatever happens, until the force is taken back. */
export type BreakerState = 'closed' | 'halfOpen' | 'open' | 'forcedOpen' | 'disabled';

export type TransitionReason =
  | 'failures'
  | 'slowCalls'
  | 'consecutiveFailures'
  | 'probeFailed'
  | 'probesSucceeded'
  | 'timeToProbe'
  | 'forced';

/** Calls of the last `windowMs` that began and ended in the present state; while open, those that opened it. */
export interface CallFigures {
  readonly callCount: number;
  /** Null when there were no calls. */
  readonly failureRatio: number | null;
  /** Null when there were no calls. */
  readonly slowCallRatio: number | null;
}

/** The figures are those of the state that ended. */
export interface BreakerTransition extends CallFigures {
  readonly from: BreakerState;
  readonly to: BreakerState;
  readonly reason: TransitionReason;
  readonly atMs: number;
}

export interface BreakerSnapshot extends CallFigures {
  readonly state: BreakerState;
  readonly enteredAtMs: number;
  /** Since the breaker was made. */
  readonly notPermittedCount: number;
  /** The first call from then on is a probe. Null when the breaker is not open. */
  readonly nextProbeAtMs: number | null;
  /** From which shares on it opens, and from how many calls on they count; Infinity = never. */
  readonly thresholds: Pick<BreakerOptions, 'failureRatio' | 'slowCallRatio' | 'minimumCallCount'>;
}

export interface BreakerSurroundings {
  /** Now, epoch ms. */
  readonly clock: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

/**
 * Leave for one call, handed back with its outcome. Numbers only grow: below the first of the present state stand the calls
 * of former ones, whose late outcomes say nothing about now.
 */
export type Permit = number;

const BUCKETS_PER_WINDOW = 10;

/**
 * Keeps calls from a Redis that fails or is slow, and lets a few probe whether it is good again. It has no timers: what is
 * due is decided when somebody asks. While closed, `tryAcquire` reads one field and allocates nothing.
 */
export class CircuitBreaker {
  readonly #options: BreakerOptions;
  readonly #clock: () => number;
  readonly #random: () => number;
  readonly #calls: SlidingCount;
  readonly #failures: SlidingCount;
  readonly #slowCalls: SlidingCount;
  readonly #listeners = new Set<(transition: BreakerTransition) => void>();
  /** Probes without an outcome, by when they were admitted, epoch ms. */
  readonly #probes = new Map<Permit, number>();
  #state: BreakerState = 'closed';
  #enteredAtMs: number;
  #firstPermit: Permit = 1;
  #lastPermit: Permit = 1;
  #failuresInRow = 0;
  #goodProbeCount = 0;
  /** Waits in a row, each twice the one before. */
  #waitCount = 0;
  #waitMs = 0;
  #notPermittedCount = 0;

  constructor({ clock, random, ...options }: Partial<BreakerOptions> & BreakerSurroundings) {
    this.#options = prepareBounds(breakerDefaults, options);
    this.#clock = clock;
    this.#random = random;
    const bucketMs = this.#options.windowMs / BUCKETS_PER_WINDOW;
    this.#calls = new SlidingCount(bucketMs, BUCKETS_PER_WINDOW);
    this.#failures = new SlidingCount(bucketMs, BUCKETS_PER_WINDOW);
    this.#slowCalls = new SlidingCount(bucketMs, BUCKETS_PER_WINDOW);
    this.#enteredAtMs = clock();
  }

  /** Null = do without. Whoever gets a permit makes the call and records its outcome. */
  tryAcquire(): Permit | null {
    if (this.#state === 'closed' || this.#state === 'disabled') return this.#firstPermit;
    const permit = this.#state === 'forcedOpen' ? null : this.#tryProbe(this.#clock());
    if (permit === null) this.#notPermittedCount += 1;
    return permit;
  }

  /** A failure may be slow as well, and counts as both. Record a timeout with the time that was waited. */
  record(permit: Permit, durationMs: number, isFailure: boolean): void {
    if (permit < this.#firstPermit) return;
    const nowMs = this.#clock();
    const isSlow = durationMs > this.#options.slowCallMs;
    this.#calls.add(nowMs);
    if (isFailure) this.#failures.add(nowMs);
    if (isSlow) this.#slowCalls.add(nowMs);
    if (this.#state === 'halfOpen') {
      this.#probes.delete(permit);
      this.#judgeProbe(!isFailure && !isSlow, nowMs);
    } else if (this.#state === 'closed') {
      this.#failuresInRow = isFailure ? this.#failuresInRow + 1 : 0;
      // A good call never opens, also when it finds the good ones before it gone from the window.
      if (isFailure || isSlow) this.#judgeCalls(nowMs);
    }
  }

  /** An operator's word: stay open, stay closed, or (null) begin anew, closed. Calls under way no longer count. */
  force(to: 'open' | 'closed' | null): void {
    const isForced = this.#state === 'forcedOpen' || this.#state === 'disabled';
    if (to === null && !isForced) return;
    const state = to === null ? 'closed' : to === 'open' ? 'forcedOpen' : 'disabled';
    if (state === this.#state) return;
    this.#waitCount = 0;
    this.#enter(state, 'forced', this.#clock());
  }

  /** Returns the function that ends the listening. A listener that throws is reported as a process warning. */
  onTransition(listener: (transition: BreakerTransition) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  snapshot(atMs: number): BreakerSnapshot {
    const { failureRatio, slowCallRatio, minimumCallCount } = this.#options;
    return {
      state: this.#state,
      enteredAtMs: this.#enteredAtMs,
      notPermittedCount: this.#notPermittedCount,
      nextProbeAtMs: this.#state === 'open' ? this.#enteredAtMs + this.#waitMs : null,
      thresholds: { failureRatio, slowCallRatio, minimumCallCount },
      ...this.#figures(atMs),
    };
  }

  #tryProbe(nowMs: number): Permit | null {
    const { openMs, halfOpenCallCount } = this.#options;
    if (this.#state === 'open') {
      if (!hasPassed(this.#waitMs, this.#enteredAtMs, nowMs)) return null;
      this.#enter('halfOpen', 'timeToProbe', nowMs);
    }
    // An outcome that never comes must not hold its place for ever.
    for (const [permit, admittedAtMs] of this.#probes) {
      if (hasPassed(openMs, admittedAtMs, nowMs)) this.#probes.delete(permit);
    }
    if (this.#probes.size + this.#goodProbeCount >= halfOpenCallCount) return null;
    this.#lastPermit += 1;
    this.#probes.set(this.#lastPermit, nowMs);
    return this.#lastPermit;
  }

  #judgeProbe(isGood: boolean, nowMs: number): void {
    if (!isGood) {
      this.#open('probeFailed', nowMs);
      return;
    }
    this.#goodProbeCount += 1;
    if (this.#goodProbeCount >= this.#options.halfOpenCallCount)
      this.#enter('closed', 'probesSucceeded', nowMs);
  }

  #judgeCalls(nowMs: number): void {
    if (this.#failuresInRow >= this.#options.consecutiveFailureCount) {
      this.#open('consecutiveFailures', nowMs);
      return;
    }
    const { callCount, failureRatio, slowCallRatio } = this.#figures(nowMs);
    if (failureRatio === null || slowCallRatio === null || callCount < this.#options.minimumCallCount) return;
    if (failureRatio >= this.#options.failureRatio) this.#open('failures', nowMs);
    else if (slowCallRatio >= this.#options.slowCallRatio) this.#open('slowCalls', nowMs);
  }

  #open(reason: TransitionReason, nowMs: number): void {
    const { openMs, maxOpenMs, windowMs } = this.#options;
    // Good to a few probes and bad to all calls soon after: such a Redis flaps, and is left alone for longer.
    const wasGood = this.#state === 'closed' && hasPassed(windowMs, this.#enteredAtMs, nowMs);
    this.#waitCount = wasGood ? 1 : this.#waitCount + 1;
    const longestMs = Math.min(maxOpenMs, openMs * 2 ** (this.#waitCount - 1));
    // Drawn, so that the instances of a service do not all probe at one time.
    this.#waitMs = (longestMs * (1 + this.#random())) / 2;
    this.#enter('open', reason, nowMs);
  }

  #enter(to: BreakerState, reason: TransitionReason, atMs: number): void {
    const transition = { from: this.#state, to, reason, atMs, ...this.#figures(atMs) };
    this.#state = to;
    this.#enteredAtMs = atMs;
    this.#lastPermit += 1;
    this.#firstPermit = this.#lastPermit;
    this.#failuresInRow = 0;
    this.#goodProbeCount = 0;
    this.#probes.clear();
    if (to !== 'open') for (const count of [this.#calls, this.#failures, this.#slowCalls]) count.clear();
    for (const listener of this.#listeners) {
      try {
        listener(transition);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error), { code: 'CACHESCOPE_LISTENER' });
      }
    }
  }

  #figures(atMs: number): CallFigures {
    const afterMs = atMs - this.#options.windowMs;
    const callCount = this.#calls.sum(afterMs, atMs);
    const ratioOf = (count: SlidingCount) => (callCount === 0 ? null : count.sum(afterMs, atMs) / callCount);
    return { callCount, failureRatio: ratioOf(this.#failures), slowCallRatio: ratioOf(this.#slowCalls) };
  }
}

/** In either direction: a clock that is set back must not hold anything for longer than it is meant to. */
function hasPassed(waitMs: number, sinceMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - sinceMs) >= waitMs;
}
