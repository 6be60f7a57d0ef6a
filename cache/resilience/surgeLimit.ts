import { prepareBounds } from './prepareBounds.ts';
import { SlidingCount } from './slidingCount.ts';

export interface SurgeLimitOptions {
  /** So many times the usual rate are admitted while Redis is away. @default 2 */
  readonly ratio: number;
  /** Admitted at least, loads/s; also as long as no usual rate is known. @default 10 */
  readonly minimumPerSecond: number;
  /** Once Redis is back, the limit stays until it has refused nothing for so long. @default 10_000 */
  readonly calmMs: number;
}

/** Ours: a source has mostly room for twice its usual load, and every source for 10 loads/s. */
const surgeLimitDefaults: SurgeLimitOptions = {
  ratio: 2,
  minimumPerSecond: 10,
  calmMs: 10_000,
};

export interface SurgeLimitSnapshot {
  readonly isLimiting: boolean;
  /** Loads/s. Null until `UNTRUSTED_MS` and a second of normal time have passed. While limiting, as it was before. */
  readonly usualPerSecond: number | null;
  /** Loads/s that are admitted, or would be if Redis went away now. */
  readonly limitPerSecond: number;
  /** Since the limit was made. */
  readonly refusedCount: number;
}

/** The right to one load. */
export interface Admission {
  /** To be called once when the source is not asked after all, so that the load is another's. */
  giveBack(): void;
}

const LEARNING_MS = 60_000;
/** The newest loads do not teach: Redis may have begun to fail before we were told. As long as the breaker's window. */
const UNTRUSTED_MS = 10_000;
const BUCKET_MS = 1_000;

/**
 * Keeps the loads that a cache used to spare the source from reaching it all at once. It learns the usual rate while all is
 * normal; from `begin` on it admits a multiple of it, as a token bucket that holds one second's worth. A young process
 * that has learned nothing admits `minimumPerSecond`: too little is shed by name, too much takes the source down.
 */
export class SurgeLimit {
  readonly #options: SurgeLimitOptions;
  readonly #clock: () => number;
  readonly #loads = new SlidingCount(BUCKET_MS, (LEARNING_MS + 2 * UNTRUSTED_MS) / BUCKET_MS);
  readonly #madeAtMs: number;
  /** What is taken out of time, so that learning goes on after an outage where it was trusted last. */
  #abnormalMs = 0;
  #surge: Surge | null = null;
  #refusedCount = 0;

  constructor({ clock, ...options }: Partial<SurgeLimitOptions> & { readonly clock: () => number }) {
    this.#options = prepareBounds(surgeLimitDefaults, options);
    this.#clock = clock;
    this.#madeAtMs = clock();
  }

  /** Redis went away. */
  begin(): void {
    const nowMs = this.#clock();
    this.#surge ??= this.#startSurge(nowMs);
    this.#surge.isAway = true;
  }

  /** Redis is back. The limit stays until those who come back to a cold cache are through. */
  end(): void {
    if (this.#surge !== null) this.#surge.isAway = false;
  }

  /** Null = the source must not be asked for this one. */
  tryAcquire(): Admission | null {
    const nowMs = this.#clock();
    const surge = this.#surgeAt(nowMs);
    if (surge === null) {
      const atMs = nowMs - this.#abnormalMs;
      this.#loads.add(atMs);
      return { giveBack: () => this.#loads.remove(atMs) };
    }
    if (surge.tryTake(nowMs)) return { giveBack: () => surge.giveBack() };
    this.#refusedCount += 1;
    return null;
  }

  snapshot(): SurgeLimitSnapshot {
    const nowMs = this.#clock();
    const surge = this.#surgeAt(nowMs);
    const usualPerSecond = surge === null ? this.#usualPerSecond(nowMs) : surge.usualPerSecond;
    return {
      isLimiting: surge !== null,
      usualPerSecond,
      limitPerSecond: this.#limitPerSecond(usualPerSecond),
      refusedCount: this.#refusedCount,
    };
  }

  #startSurge(nowMs: number): Surge {
    const usualPerSecond = this.#usualPerSecond(nowMs);
    const trustedUntilMs = Math.max(this.#madeAtMs, nowMs - this.#abnormalMs - UNTRUSTED_MS);
    const learnAgainAtMs = trustedUntilMs - (trustedUntilMs % BUCKET_MS);
    this.#loads.dropFrom(learnAgainAtMs);
    const limitPerSecond = this.#limitPerSecond(usualPerSecond);
    return new Surge({ usualPerSecond, limitPerSecond, learnAgainAtMs, beganAtMs: nowMs });
  }

  #surgeAt(nowMs: number): Surge | null {
    const surge = this.#surge;
    if (surge === null || surge.isAway || !surge.isCalm(nowMs, this.#options.calmMs)) return surge;
    this.#abnormalMs = nowMs - surge.learnAgainAtMs;
    this.#surge = null;
    return null;
  }

  #limitPerSecond(usualPerSecond: number | null): number {
    const { ratio, minimumPerSecond } = this.#options;
    return usualPerSecond === null ? minimumPerSecond : Math.max(minimumPerSecond, ratio * usualPerSecond);
  }

  #usualPerSecond(nowMs: number): number | null {
    const untilMs = nowMs - this.#abnormalMs - UNTRUSTED_MS;
    const learnedMs = Math.min(LEARNING_MS, untilMs - this.#madeAtMs);
    if (learnedMs < BUCKET_MS) return null;
    return (this.#loads.sum(untilMs - learnedMs, untilMs) * 1_000) / learnedMs;
  }
}

interface SurgeStart {
  readonly usualPerSecond: number | null;
  readonly limitPerSecond: number;
  /** In time without outages. */
  readonly learnAgainAtMs: number;
  readonly beganAtMs: number;
}

/** One time of limiting: its tokens, and what was usual when it began. */
class Surge {
  readonly usualPerSecond: number | null;
  readonly learnAgainAtMs: number;
  isAway = true;
  readonly #limitPerSecond: number;
  readonly #maxTokenCount: number;
  #tokenCount: number;
  #filledAtMs: number;
  #lastRefusedAtMs = -Infinity;

  constructor({ usualPerSecond, limitPerSecond, learnAgainAtMs, beganAtMs }: SurgeStart) {
    this.usualPerSecond = usualPerSecond;
    this.learnAgainAtMs = learnAgainAtMs;
    this.#limitPerSecond = limitPerSecond;
    this.#maxTokenCount = Math.max(1, limitPerSecond);
    this.#tokenCount = this.#maxTokenCount;
    this.#filledAtMs = beganAtMs;
  }

  tryTake(nowMs: number): boolean {
    const sinceMs = Math.max(0, nowMs - this.#filledAtMs);
    const filledCount = this.#tokenCount + (sinceMs * this.#limitPerSecond) / 1_000;
    this.#tokenCount = Math.min(this.#maxTokenCount, filledCount);
    this.#filledAtMs = nowMs;
    if (this.#tokenCount < 1) {
      this.#lastRefusedAtMs = nowMs;
      return false;
    }
    this.#tokenCount -= 1;
    return true;
  }

  giveBack(): void {
    this.#tokenCount = Math.min(this.#maxTokenCount, this.#tokenCount + 1);
  }

  isCalm(nowMs: number, calmMs: number): boolean {
    return Math.abs(nowMs - this.#lastRefusedAtMs) >= calmMs;
  }
}
