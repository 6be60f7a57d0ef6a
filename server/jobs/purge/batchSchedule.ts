import type { Clock } from '#server/clock/clock.ts';
import type { PurgeMethod } from '#shared/acting/purgeInput.ts';
import { removingMs, STAGE_RATIOS, STAGE_WATCH_MS } from '#shared/acting/purgeStages.ts';
import type { JobHold, Wait } from '../door/jobHold.ts';
import type { Pace } from '../pace.ts';
import type { HealthGate } from './health/healthGate.ts';

/** Batches of a staged purge in a second, so that its load is even. */
const STAGED_BATCHES_PER_SECOND = 4;
/** How long nothing is heard of a pause at most, ms. */
const SLICE_MS = 1_000;

/** How large the next batch is, and when it may go. */
export interface BatchSchedule {
  size(): number;
  /** Resolves when so many keys may go, or when the job is stopped. */
  wait(keyCount: number): Promise<void>;
}

export interface ScheduleParts {
  readonly clock: Clock;
  readonly pace: Pace;
  readonly hold: JobHold;
  readonly stop: AbortSignal;
  readonly gate: HealthGate;
}

export function openSchedule(parts: ScheduleParts, method: PurgeMethod, plannedCount: number): BatchSchedule {
  if (method.how === 'staged') return new StagedSchedule(parts, method.overMs, plannedCount);
  const { pace, hold, stop } = parts;
  return {
    size: () => pace.batchSize(),
    async wait(keyCount) {
      await hold.pass(stop, () => suffering(parts));
      if (!stop.aborted) await pace.wait(keyCount, stop);
    },
  };
}

function suffering({ gate }: ScheduleParts): Wait | null {
  const text = gate.judge();
  return text === null ? null : { text, isPlanned: false };
}

/** Keys of each stage evenly over its time; after each stage source and Redis are watched, and waited for. */
class StagedSchedule implements BatchSchedule {
  readonly #parts: ScheduleParts;
  readonly #plannedCount: number;
  readonly #keysPerSecond: number;
  #stage = 0;
  #sentCount = 0;
  #freeAtMs = 0;

  constructor(parts: ScheduleParts, overMs: number, plannedCount: number) {
    this.#parts = parts;
    this.#plannedCount = plannedCount;
    this.#keysPerSecond = (plannedCount * 1_000) / removingMs(overMs);
  }

  size(): number {
    const even = Math.ceil(this.#keysPerSecond / STAGED_BATCHES_PER_SECOND);
    const left = this.#stageEnd() - this.#sentCount;
    return Math.max(1, Math.min(this.#parts.pace.batchSize(), even, left));
  }

  async wait(keyCount: number): Promise<void> {
    const { clock, pace, hold, stop } = this.#parts;
    if (this.#sentCount >= this.#stageEnd()) await this.#watch();
    await hold.pass(stop, () => suffering(this.#parts));
    while (!stop.aborted && this.#freeAtMs > clock.elapsedMs()) {
      await clock.pause(Math.min(SLICE_MS, this.#freeAtMs - clock.elapsedMs()), stop);
      await hold.pass(stop, () => suffering(this.#parts));
    }
    if (stop.aborted) return;
    const nowMs = clock.elapsedMs();
    this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + (keyCount * 1_000) / this.#keysPerSecond;
    this.#sentCount += keyCount;
    await pace.wait(keyCount, stop);
  }

  /** Keys that are gone at the end of the stage; the last takes whatever comes. */
  #stageEnd(): number {
    const ratio = STAGE_RATIOS[this.#stage] ?? 1;
    return ratio === 1 ? Number.POSITIVE_INFINITY : Math.ceil(ratio * this.#plannedCount);
  }

  async #watch(): Promise<void> {
    const { clock, hold, stop } = this.#parts;
    const percent = (STAGE_RATIOS[this.#stage] ?? 1) * 100;
    const text = `Stage ${this.#stage + 1} of ${STAGE_RATIOS.length} is done, ${percent} % of the keys. Source and Redis are watched for ${STAGE_WATCH_MS / 1_000} s.`;
    const startMs = clock.elapsedMs();
    await hold.pass(stop, () =>
      clock.elapsedMs() - startMs < STAGE_WATCH_MS ? { text, isPlanned: true } : suffering(this.#parts),
    );
    this.#stage += 1;
    // With few keys a stage may hold none.
    while (this.#sentCount >= this.#stageEnd()) this.#stage += 1;
  }
}
