import type { Clock } from '#server/clock/clock.ts';

/** How often a job that waits for something to recover looks again, ms. */
const LOOK_AGAIN_MS = 1_000;

/** Why a job should wait now, in a sentence. */
export interface Wait {
  readonly text: string;
  /** True where the plan told of it, so that it is nothing to report at the end. */
  readonly isPlanned: boolean;
}

/** Null = the job may go on. */
export type JudgeWait = () => Wait | null;

/** How often and how long a job has waited for what its plan did not tell of. */
export interface JobWaits {
  readonly count: number;
  readonly totalMs: number;
  /** Why it waited last; empty when it never did. */
  readonly lastText: string;
}

/** Has a job wait between two batches: on an operator's word, or for as long as something suffers. */
export class JobHold {
  readonly #clock: Clock;
  readonly #onChange: (pauseText: string | null) => void;
  #asked: { readonly text: string; readonly resumed: PromiseWithResolvers<void> } | null = null;
  #waits: JobWaits = { count: 0, totalMs: 0, lastText: '' };

  /** `onChange` hears why the job waits now, and null when it goes on. */
  constructor({ clock, onChange }: { clock: Clock; onChange: (pauseText: string | null) => void }) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get waits(): JobWaits {
    return this.#waits;
  }

  /** Whether an operator wants the job to wait. */
  get isAsked(): boolean {
    return this.#asked !== null;
  }

  pause(text: string): void {
    this.#asked ??= { text, resumed: Promise.withResolvers() };
  }

  /** Takes an operator's pause back; what suffers is waited for all the same. */
  resume(): void {
    this.#asked?.resumed.resolve();
    this.#asked = null;
  }

  /** Resolves as soon as nothing holds the job, or when it is stopped. Never rejects. */
  async pass(stop: AbortSignal, judge: JudgeWait = () => null): Promise<void> {
    let told: string | null = null;
    for (;;) {
      const wait: Wait | null = this.#asked === null ? judge() : { text: this.#asked.text, isPlanned: false };
      if (wait === null || stop.aborted) break;
      if (wait.text !== told) this.#onChange(wait.text);
      const startMs = this.#clock.elapsedMs();
      await this.#waitABit(stop);
      if (!wait.isPlanned) this.#count(wait.text, this.#clock.elapsedMs() - startMs, wait.text !== told);
      told = wait.text;
    }
    if (told !== null) this.#onChange(null);
  }

  #count(lastText: string, ms: number, isNew: boolean): void {
    const { count, totalMs } = this.#waits;
    this.#waits = { count: count + (isNew ? 1 : 0), totalMs: totalMs + ms, lastText };
  }

  #waitABit(stop: AbortSignal): Promise<void> {
    if (this.#asked === null) return this.#clock.pause(LOOK_AGAIN_MS, stop);
    const stopped = new Promise<void>((resolve) => {
      stop.addEventListener('abort', () => resolve(), { once: true });
    });
    return Promise.race([this.#asked.resumed.promise, stopped]);
  }
}
