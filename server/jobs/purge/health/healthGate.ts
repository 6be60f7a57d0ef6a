import type { Clock } from '#server/clock/clock.ts';
import type { SourceVitals } from '#server/snapshot/traffic/sourceLoads.ts';
import { formatCount } from '../../formatCount.ts';
import type { Pace } from '../../pace.ts';
import { SAFE_CAPACITY_RATIO } from '../forecast/chooseMethod.ts';

/** A load that takes this many times what it took before the job is a source that suffers. Source: UX.md's p95 rule, by means. */
const SLOW_FACTOR = 2;
/** ... if it is also this much longer: a fast source doubles its time by chance. Ours. */
const SLOW_LEAST_MS = 10;
/** How much better than the limit it must be again. Ours: without it a job would go and wait by turns. */
const CALM_RATIO = 0.85;
/** How long all must be well before the job goes on, ms: two readings of metrics. */
const CALM_MS = 10_000;
/** Older readings say nothing of now, ms. */
const STALE_MS = 30_000;

export interface GateParts {
  readonly clock: Clock;
  readonly pace: Pace;
  /** Null = no metrics tell. */
  readonly sourceVitals: () => SourceVitals | null;
  /** Loads a second that the source stands; null = not declared. */
  readonly capacityPerSecond: number | null;
}

/**
 * Says whether a job must wait because the source or Redis suffers, compared with when the gate was opened. A source whose metrics
 * have gone during the job counts as suffering: nobody knows how it does. One that never had any is not judged.
 */
export class HealthGate {
  readonly #parts: GateParts;
  readonly #before: SourceVitals | null;
  #suffersText: string | null = null;
  #calmSinceMs: number | null = null;

  constructor(parts: GateParts) {
    this.#parts = parts;
    this.#before = parts.sourceVitals();
  }

  /** Why the job should wait, in a sentence; null = it may go on. */
  judge(): string | null {
    const nowMs = this.#parts.clock.elapsedMs();
    const text = this.#judgeSource() ?? this.#judgeRedis();
    if (text !== null) {
      this.#suffersText = text;
      this.#calmSinceMs = null;
      return text;
    }
    if (this.#suffersText === null) return null;
    this.#calmSinceMs ??= nowMs;
    if (nowMs - this.#calmSinceMs < CALM_MS) return this.#suffersText;
    this.#suffersText = null;
    this.#calmSinceMs = null;
    return null;
  }

  #judgeSource(): string | null {
    const before = this.#before;
    if (before === null) return null;
    const { clock, sourceVitals, capacityPerSecond } = this.#parts;
    const now = sourceVitals();
    if (now === null || clock.nowMs() - now.atMs > STALE_MS) {
      return 'The metrics of the services have not been read for 30 s, so that nobody knows how the source does.';
    }
    const ease = this.#suffersText === null ? 1 : CALM_RATIO;
    const safe = (capacityPerSecond ?? Number.POSITIVE_INFINITY) * SAFE_CAPACITY_RATIO;
    if (now.loadsPerSecond > safe * ease) {
      return `The source loads ${formatCount(Math.round(now.loadsPerSecond))} a second; ${formatCount(Math.round(safe))} of the ${formatCount(capacityPerSecond ?? 0)} that it stands are safe.`;
    }
    if (now.loadMs === null || before.loadMs === null) return null;
    const limitMs = Math.max(SLOW_FACTOR * before.loadMs, before.loadMs + SLOW_LEAST_MS);
    if (now.loadMs <= limitMs * ease) return null;
    return `A load from the source takes ${formatMs(now.loadMs)}; before this job it took ${formatMs(before.loadMs)}.`;
  }

  #judgeRedis(): string | null {
    const { pace } = this.#parts;
    if (!pace.isStuck) return null;
    // While a job waits no batch tells how Redis does, so that the next ones are to.
    pace.tryAgain();
    return 'Redis answers slowly, although hardly anything is asked of it.';
  }
}

function formatMs(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : formatCount(Math.round(ms))} ms`;
}
