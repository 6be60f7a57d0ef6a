import { CacheError } from '#cache/cacheError.ts';
import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { type CacheTracer, prepareSpans, traced } from '#cache/metrics/traced.ts';
import type { Bulkhead } from '#cache/resilience/bulkhead.ts';
import type { Admission, SurgeLimit } from '#cache/resilience/surgeLimit.ts';

/** What a load is, besides its work. */
export interface GuardedLoad<Value> {
  readonly key: string;
  readonly pattern: string;
  readonly timeoutMs: number;
  /** `doubt` makes what is loaded not sure. */
  load(signal: AbortSignal, doubt: () => void): Promise<Value>;
}

export interface Loaded<Value> {
  readonly value: Value;
  readonly loadMs: number;
  /** False = it may lack a change that is on its way to the source: good enough to hand on, not to store. */
  readonly isSure: boolean;
}

export interface GuardSurroundings {
  readonly bulkhead: Bulkhead;
  /** Null = no limit but the bulkhead's. */
  readonly surge: SurgeLimit | null;
  readonly events: CacheEvents;
  /** Null = no spans. */
  readonly tracer: CacheTracer | null;
  readonly service: string;
  /** Aborted when the cache is closed: the loads under way are told. */
  readonly closing: AbortSignal;
}

/**
 * Every call of a loader, whatever asked for it: bounded in number, in rate after an outage, and in time. One that ignores its
 * signal when the time is over runs on, and is no longer counted.
 */
export class SourceGuard {
  readonly #around: GuardSurroundings;

  constructor(around: GuardSurroundings) {
    this.#around = around;
  }

  /** Rejects with what the loader threw, `overloaded` when it was not called, or `loadTimeout`. */
  async run<Value>(call: GuardedLoad<Value>): Promise<Loaded<Value>> {
    const { bulkhead, events } = this.#around;
    const admission = this.#passSurge(call);
    let isBegun = false;
    try {
      return await bulkhead.run(() => {
        isBegun = true;
        return this.#time(call);
      });
    } catch (error) {
      if (!isBegun) {
        admission?.giveBack();
        events.emit('shed', { pattern: call.pattern, reason: 'bulkhead' });
      }
      throw error;
    }
  }

  /** For a refresh that may be left out: null at once when the source has no room for it. */
  tryRun<Value>(call: GuardedLoad<Value>): Promise<Loaded<Value>> | null {
    const { bulkhead, surge } = this.#around;
    const admission = surge?.tryAcquire();
    if (admission === null) return null;
    const loading = bulkhead.tryRun(() => this.#time(call));
    if (loading === null) admission?.giveBack();
    return loading;
  }

  /** Null = there is no surge limit. Before a slot is waited for, so that what is beyond the limit is refused at once. */
  #passSurge({ pattern, key }: GuardedLoad<unknown>): Admission | null {
    const { surge, events } = this.#around;
    if (surge === null) return null;
    const admission = surge.tryAcquire();
    if (admission !== null) return admission;
    events.emit('shed', { pattern, reason: 'surge' });
    throw new CacheError(
      'overloaded',
      'The source is kept from more loads than it is used to, after an outage of Redis.',
      {
        key,
      },
    );
  }

  async #time<Value>(call: GuardedLoad<Value>): Promise<Loaded<Value>> {
    const { tracer, service } = this.#around;
    const startedAtMs = performance.now();
    let result: 'success' | 'failure' = 'failure';
    let isSure = true;
    const doubt = (): void => {
      isSure = false;
    };
    try {
      const value = await (tracer === null
        ? this.#limit(call, doubt)
        : traced(tracer, prepareSpans(service, call.pattern).load, () => this.#limit(call, doubt)));
      result = 'success';
      return { value, loadMs: performance.now() - startedAtMs, isSure };
    } finally {
      const durationMs = performance.now() - startedAtMs;
      this.#around.events.emit('loaded', { pattern: call.pattern, result, durationMs });
    }
  }

  /** A loader that hangs is given up, and told so by its signal, so that it holds neither callers nor a slot for ever. */
  #limit<Value>(call: GuardedLoad<Value>, doubt: () => void): Promise<Value> {
    const { key, timeoutMs } = call;
    const { closing } = this.#around;
    return new Promise((resolve, reject) => {
      const ending = new AbortController();
      const end = (): void => ending.abort(closing.reason);
      // What is asked for after that is nobody's to stop: calls go straight to their loaders then.
      if (!closing.aborted) closing.addEventListener('abort', end, { once: true });
      const timer = setTimeout(() => {
        const error = new CacheError(
          'loadTimeout',
          `The load took longer than loadTimeoutMs (${timeoutMs} ms).`,
          {
            key,
          },
        );
        ending.abort(error);
        reject(error);
      }, timeoutMs);
      const settle = (): void => {
        clearTimeout(timer);
        closing.removeEventListener('abort', end);
      };
      start(() => call.load(ending.signal, doubt))
        .then(resolve, reject)
        .finally(settle);
    });
  }
}

/** A loader that throws instead of rejecting is a failure like others. */
async function start<Value>(load: () => Promise<Value>): Promise<Value> {
  return load();
}
