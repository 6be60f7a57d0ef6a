import type { Flusher, RoundEnd } from './flusher.ts';
import type { FlushSettings } from './flushOptions.ts';

/** How often an instance that has queued nothing looks for what another one left, ms: one script each time. Ours. */
const LOOK_AGAIN_MS = 10_000;

/** Runs rounds of a flusher: soon after this instance has queued something, and now and then for those that died. */
export class FlushTimer {
  readonly #flusher: Pick<Flusher, 'run' | 'backoffMs'>;
  readonly #settings: FlushSettings;
  #timer: NodeJS.Timeout | null = null;
  #dueAtMs = Number.POSITIVE_INFINITY;
  #isRunning = false;
  #isNoted = false;
  #isBackingOff = false;
  #isClosed = true;

  constructor(flusher: Pick<Flusher, 'run' | 'backoffMs'>, settings: FlushSettings) {
    this.#flusher = flusher;
    this.#settings = settings;
  }

  start(): void {
    this.#isClosed = false;
    this.#arm(this.#settings.flushIntervalMs);
  }

  stop(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#dueAtMs = Number.POSITIVE_INFINITY;
  }

  /** This instance has queued something. */
  note(): void {
    this.#isNoted = true;
    if (!this.#isRunning && !this.#isBackingOff) this.#arm(this.#settings.flushIntervalMs);
  }

  #arm(delayMs: number): void {
    const dueAtMs = performance.now() + delayMs;
    if (this.#isClosed || dueAtMs >= this.#dueAtMs) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#dueAtMs = dueAtMs;
    this.#timer = setTimeout(() => void this.#run(), delayMs);
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    this.#timer = null;
    this.#dueAtMs = Number.POSITIVE_INFINITY;
    this.#isNoted = false;
    this.#isRunning = true;
    const end = await this.#flusher.run();
    this.#isRunning = false;
    this.#isBackingOff = end === 'stuck' || end === 'away';
    this.#arm(this.#delayAfter(end));
  }

  #delayAfter(end: RoundEnd): number {
    const { flushIntervalMs } = this.#settings;
    switch (end) {
      case 'empty':
      case 'none':
        return this.#isNoted ? flushIntervalMs : Math.max(LOOK_AGAIN_MS, flushIntervalMs);
      case 'busy':
      case 'interrupted':
        return flushIntervalMs;
      case 'stuck':
      case 'away':
        return Math.max(flushIntervalMs, this.#flusher.backoffMs);
    }
  }
}
