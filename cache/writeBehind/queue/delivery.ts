import type { QueuedChange } from './change.ts';
import type { FlushSettings } from './flushOptions.ts';
import { relayAbort } from './relayAbort.ts';

export interface DeliverySurroundings {
  readonly settings: FlushSettings;
  readonly random: () => number;
  pause(ms: number): Promise<void>;
  /** Hands changes to the source. */
  flush(changes: readonly QueuedChange[], signal: AbortSignal): Promise<void>;
  onFailed(changeCount: number): void;
}

interface Failures {
  readonly firstAtStep: number;
  count: number;
}

export type Delivered =
  | { readonly state: 'delivered' }
  | { readonly state: 'failed'; readonly error: unknown }
  /** The signal came. Whether the source has the changes is not known. */
  | { readonly state: 'interrupted' };

/**
 * Calls of the source with their retries, and what is known of its refusals. What fails may be poisoned, or the source may be
 * away: a change is only held against the source's word when another went through after it had failed.
 */
export class Delivery {
  readonly #around: DeliverySurroundings;
  #step = 0;
  #succeededAtStep = 0;
  /** By id of the change. */
  readonly #failures = new Map<string, Failures>();

  constructor(around: DeliverySurroundings) {
    this.#around = around;
  }

  /** The source has taken others since this one failed first. */
  isSuspect({ id }: QueuedChange): boolean {
    const failures = this.#failures.get(id);
    return failures !== undefined && this.#succeededAtStep > failures.firstAtStep;
  }

  /** Calls of this process that failed with it. */
  failureCount({ id }: QueuedChange): number {
    return this.#failures.get(id)?.count ?? 0;
  }

  /** It is settled, one way or the other. */
  forget(changes: readonly QueuedChange[]): void {
    for (const { id } of changes) this.#failures.delete(id);
  }

  /** What another instance settled is no longer ours to remember. */
  forgetAll(): void {
    this.#failures.clear();
  }

  async run(
    changes: readonly QueuedChange[],
    { attemptCount, signal }: { readonly attemptCount: number; readonly signal: AbortSignal },
  ): Promise<Delivered> {
    for (let attempt = 1; ; attempt += 1) {
      if (signal.aborted) return { state: 'interrupted' };
      this.#step += 1;
      const step = this.#step;
      try {
        await this.#call(changes, signal);
        this.#succeededAtStep = step;
        return { state: 'delivered' };
      } catch (error) {
        if (signal.aborted) return { state: 'interrupted' };
        for (const { id } of changes) this.#noteFailure(id, step);
        this.#around.onFailed(changes.length);
        if (attempt >= attemptCount) return { state: 'failed', error };
      }
      const ending = new AbortController();
      const unlink = relayAbort(signal, ending);
      await Promise.race([this.#around.pause(this.backoffMs(attempt)), aborted(ending.signal)]);
      unlink();
    }
  }

  #noteFailure(id: string, step: number): void {
    const failures = this.#failures.get(id);
    if (failures === undefined) this.#failures.set(id, { firstAtStep: step, count: 1 });
    else failures.count += 1;
  }

  /** After so many failures, with jitter: half to the whole of the full wait. */
  backoffMs(failureCount: number): number {
    const { backoffMs, maxBackoffMs } = this.#around.settings;
    const fullMs = Math.min(maxBackoffMs, backoffMs * 2 ** Math.min(failureCount - 1, 20));
    return Math.round(fullMs * (0.5 + this.#around.random() / 2));
  }

  /** A call that does not end is given up; it may still reach the source, and its changes come again under their ids. */
  async #call(changes: readonly QueuedChange[], signal: AbortSignal): Promise<void> {
    const { flushTimeoutMs } = this.#around.settings;
    const ending = new AbortController();
    const { signal: either } = ending;
    const unlink = relayAbort(signal, ending);
    const timer = setTimeout(
      () => ending.abort(new Error(`flush took longer than flushTimeoutMs (${flushTimeoutMs} ms)`)),
      flushTimeoutMs,
    );
    try {
      const ended = aborted(either).then(() => Promise.reject(either.reason));
      await Promise.race([this.#around.flush(changes, either), ended]);
    } finally {
      clearTimeout(timer);
      unlink();
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
