import type { JsonLinesAuditLog } from './jsonLinesAuditLog.ts';
import { readLostHeads } from './notedHeads.ts';
import { type AuditVerdict, verifyAuditLog } from './verifyAuditLog.ts';

/** The first one waits until what a page shows is there; the next ones find what was changed while the server ran. */
const FIRST_CHECK_AFTER_MS = 30_000;
const CHECK_EVERY_MS = 86_400_000;

/** Work between two pauses, and pauses in proportion: half of one core at most while somebody waits, an eighth else. */
const WORK_SLICE_MS = 5;
const REST_RATIO = { asked: 1, byItself: 7 };

export interface ChainCheckView {
  /** 0-1 of the bytes; null = none runs. */
  readonly runningRatio: number | null;
  /** The last one that came to its end; null = none has yet. */
  readonly last: ChainCheckResult | null;
}

export interface ChainCheckResult {
  readonly endedAtMs: number;
  readonly tookMs: number;
  /** Null = the file could not be read, as `problem` says. */
  readonly verdict: AuditVerdict | null;
  readonly problem: string;
}

export interface ChainCheck {
  view(): ChainCheckView;
  /** Begins one at the pace of somebody who waits for it; one that runs by itself takes up that pace. */
  begin(): void;
  close(): Promise<void>;
}

interface ChainCheckOptions {
  readonly audit: JsonLinesAuditLog;
  readonly clock: {
    nowMs(): number;
    elapsedMs(): number;
    pause(ms: number, signal?: AbortSignal): Promise<void>;
  };
  /** Told of each check that found the log changed or could not read it. */
  readonly onTrouble: (text: string) => void;
}

/** Verifies the file of a running server in the background, in slices that leave the event loop to everything else. */
export function openChainCheck(options: ChainCheckOptions): ChainCheck {
  return new BackgroundCheck(options);
}

class BackgroundCheck implements ChainCheck {
  readonly #options: ChainCheckOptions;
  readonly #end = new AbortController();
  readonly #regular: Promise<void>;
  #running: Promise<void> | null = null;
  #ratio: number | null = null;
  #pace: keyof typeof REST_RATIO = 'byItself';
  #last: ChainCheckResult | null = null;

  constructor(options: ChainCheckOptions) {
    this.#options = options;
    this.#regular = this.#checkRegularly();
  }

  view(): ChainCheckView {
    return { runningRatio: this.#ratio, last: this.#last };
  }

  begin(): void {
    this.#pace = 'asked';
    void this.#run();
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#regular;
    await this.#running;
  }

  async #checkRegularly(): Promise<void> {
    const { pause } = this.#options.clock;
    await pause(FIRST_CHECK_AFTER_MS, this.#end.signal);
    while (!this.#end.signal.aborted) {
      await this.#run();
      await pause(CHECK_EVERY_MS, this.#end.signal);
    }
  }

  #run(): Promise<void> {
    if (this.#end.signal.aborted) return Promise.resolve();
    this.#running ??= this.#check().finally(() => {
      this.#running = null;
      this.#ratio = null;
      this.#pace = 'byItself';
    });
    return this.#running;
  }

  async #check(): Promise<void> {
    const { clock, onTrouble } = this.#options;
    this.#ratio = 0;
    const startedMs = clock.elapsedMs();
    const result = await this.#verify();
    // Broken off by the end of the server: it says nothing.
    if (this.#end.signal.aborted) return;
    this.#last = { ...result, endedAtMs: clock.nowMs(), tookMs: clock.elapsedMs() - startedMs };
    const { verdict, problem } = result;
    if (verdict === null) onTrouble(`The audit log could not be verified: ${problem}`);
    else if (verdict.fault !== null)
      onTrouble(
        `The audit log is not as it was written, from line ${verdict.fault.lineNumber} on: ${verdict.fault.problem}`,
      );
  }

  async #verify(): Promise<Pick<ChainCheckResult, 'verdict' | 'problem'>> {
    const { audit } = this.#options;
    // Together: what is appended from here on belongs to the next check.
    const [head, endByte] = [audit.head(), audit.endByte()];
    const lost = await readLostHeads(audit.path);
    try {
      const verdict = await verifyAuditLog(audit.path, {
        heads: head === null ? lost : [...lost, head],
        endByte,
        onProgress: this.#pacer(endByte),
      });
      return { verdict, problem: '' };
    } catch (error) {
      return { verdict: null, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  #pacer(endByte: number) {
    const { clock } = this.#options;
    let sliceMs = clock.elapsedMs();
    return async (_entryCount: number, readByteCount: number) => {
      this.#ratio = endByte === 0 ? 1 : readByteCount / endByte;
      if (this.#end.signal.aborted) throw new Error('The server shuts down.');
      const workedMs = clock.elapsedMs() - sliceMs;
      if (workedMs < WORK_SLICE_MS) return;
      await clock.pause(workedMs * REST_RATIO[this.#pace], this.#end.signal);
      sliceMs = clock.elapsedMs();
    };
  }
}
