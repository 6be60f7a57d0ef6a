import { CacheError } from '#cache/cacheError.ts';
import type { FieldsOf } from '#cache/keys/keyTemplate.ts';
import type { SourceGuard } from '#cache/read/sourceGuard.ts';
import { CALL_MEMORY_MS } from '#cache/store/calls/callNumbers.ts';
import { parseTexts } from '#cache/store/parseReply.ts';
import { isSureToHaveFailed } from './calls/isSureToHaveFailed.ts';
import type { Counter } from './counter.ts';
import { beginLoadScript, endLoadScript, forgetScript, incrementScript } from './counterScripts.ts';
import { Outflow, type WriteBehindClosed, type WriteBehindSnapshot } from './outflow.ts';
import { amountOf, parseFields } from './queue/change.ts';
import { counterPrefix } from './queue/changeKeys.ts';
import type { WriteBehindSurroundings } from './writeBehindSurroundings.ts';

/** What became of an increment. */
export type IncrementResult =
  /** Redis has it, and the source will. `value` is the counter after it; null = it is not loaded. */
  | { readonly state: 'queued'; readonly value: number | null }
  /** Redis was away: it went past it, and the source has it. */
  | { readonly state: 'direct' }
  /**
   * Redis did not say in time whether it has taken it. It is sent again until Redis does, and counts once, as long as this
   * process lives: do not repeat it.
   */
  | { readonly state: 'unknown' };

/** A counter of one cache: `await cache.stock.increment({ id }, -1)`. */
export interface BoundCounter<Template extends string> {
  /** The label of its metrics: `catalog:stock:{id}`. */
  readonly pattern: string;
  /** The whole name in Redis. Throws `badField`. */
  key(fields: FieldsOf<Template>): string;
  /**
   * Adds to the counter at once, and to the source with the next flush: one script. Rejects only when Redis is away and the
   * source fails too, with what its `flush` threw, `loadTimeout`, or `overloaded` when it has no room (`loads`); and with
   * `badField`, or `badOptions` unless `by` is a whole number. What is queued is as durable as Redis: its persistence decides
   * what a crash of Redis loses.
   *
   * @param by what to add, 1 when absent; negative to subtract
   */
  increment(fields: FieldsOf<Template>, by?: number): Promise<IncrementResult>;
  /**
   * The counter with all increments, flushed or not. Rejects with what `load` threw, never because Redis is away: then it is
   * what the source has. While changes of a counter that is not loaded are under way to a slow source, one that is on its way
   * may be in it twice; such a value is not kept.
   */
  get(fields: FieldsOf<Template>): Promise<number>;
  /** Loads it again at the next read: somebody else changed it in the source. */
  invalidate(fields: FieldsOf<Template>): Promise<{ readonly state: 'done' | 'queued' }>;
  /** How much waits for the source, from one script; null when Redis does not say. */
  snapshot(): Promise<WriteBehindSnapshot | null>;
}

export interface CounterSurroundings extends WriteBehindSurroundings {
  readonly guard: Pick<SourceGuard, 'run'>;
}

/** Attempts to make a load the counter while others flush it; waits of 10 ms, twice as long each time: 1.3 s in all. Ours. */
const MAX_LOAD_ATTEMPTS = 8;
const FIRST_WAIT_MS = 10;
/** Longer than any load; only what a crash left behind lives so long. */
const MARKER_MEMORY_MS = 3_600_000;

/** One declared counter: what its callers change and read, and its way to the source. */
export class CounterStore<Template extends string> implements BoundCounter<Template> {
  readonly pattern: string;
  readonly outflow: Outflow;
  readonly #around: CounterSurroundings;
  readonly #declared: Counter<Template>;
  readonly #prefix: string;
  /** Reads under way that have seen all increments made here. */
  readonly #reads = new Map<string, Promise<number>>();

  /** Throws `badOptions` when the name cannot be part of a key. */
  constructor(around: CounterSurroundings, name: string, declared: Counter<Template>) {
    this.#around = around;
    this.#declared = declared;
    this.pattern = around.prefix + declared.template.text;
    this.#prefix = counterPrefix(around.prefix, name, around.transport.isCluster);
    this.outflow = new Outflow(around, {
      ...{ name, pattern: this.pattern, kind: 'counter', settings: declared.settings },
      flush: async (changes, signal) =>
        declared.flush(
          changes.map((change) => ({
            fields: parseFields<FieldsOf<Template>>(change.fields),
            by: amountOf(change),
            id: change.id,
            isDirect: false,
          })),
          signal,
        ),
      burialOf: (change) => ({
        payload: String(amountOf(change)),
        counterKey: this.#prefix + change.key,
      }),
      onBuried: async () => {},
    });
  }

  key(fields: FieldsOf<Template>): string {
    return this.#prefix + this.#declared.template.build(fields);
  }

  async increment(fields: FieldsOf<Template>, by = 1): Promise<IncrementResult> {
    const key = this.#declared.template.build(fields);
    if (!Number.isSafeInteger(by)) {
      throw new CacheError('badOptions', `An increment is a whole number, not ${String(by)}.`, { key });
    }
    this.#reads.delete(key);
    const call = this.outflow.nextCall();
    const { queue, pending } = this.outflow.keys;
    const run = () =>
      incrementScript.run(this.#around.transport, {
        keys: [queue, pending, call.key, this.#prefix + key],
        args: [call.bit, CALL_MEMORY_MS, key, JSON.stringify(fields), by],
      });
    const outcome = await run();
    if (outcome.isDone) {
      this.outflow.noteQueued();
      return { state: 'queued', value: parseValue(outcome.reply) };
    }
    this.outflow.tellFallback(outcome);
    if (isSureToHaveFailed(outcome)) return this.#incrementDirect(key, fields, by);
    this.outflow.repeat(run);
    return { state: 'unknown' };
  }

  async get(fields: FieldsOf<Template>): Promise<number> {
    const key = this.#declared.template.build(fields);
    const reading = this.#reads.get(key);
    if (reading !== undefined) return reading;
    const started = this.#read(key, fields).finally(() => {
      if (this.#reads.get(key) === started) this.#reads.delete(key);
    });
    this.#reads.set(key, started);
    return started;
  }

  async invalidate(fields: FieldsOf<Template>): Promise<{ readonly state: 'done' | 'queued' }> {
    return this.#forget(this.#declared.template.build(fields));
  }

  snapshot(): Promise<WriteBehindSnapshot | null> {
    return this.outflow.snapshot();
  }

  close(boundMs: number): Promise<WriteBehindClosed> {
    return this.outflow.close(boundMs);
  }

  async #incrementDirect(key: string, fields: FieldsOf<Template>, by: number): Promise<IncrementResult> {
    const change = { fields, by, id: this.outflow.directId(), isDirect: true };
    try {
      await this.outflow.flushDirect((signal) => this.#declared.flush([change], signal));
    } finally {
      // Redis may still hold the counter without it, for instances that reach it. After a failure the source may have it too.
      await this.#forget(key);
    }
    return { state: 'direct' };
  }

  async #forget(key: string): Promise<{ readonly state: 'done' | 'queued' }> {
    this.#reads.delete(key);
    const run = () =>
      forgetScript.run(this.#around.transport, {
        keys: [this.#prefix + key, this.outflow.keys.loading],
        args: [key],
      });
    return this.outflow.correct(key, { run, onDone: () => {} });
  }

  async #read(key: string, fields: FieldsOf<Template>): Promise<number> {
    // Until it is dropped from Redis, what is there lacks what went past it.
    if (this.outflow.corrections.has(key)) return this.#load(key, fields);
    const found = await this.#around.transport.run((redis) => redis.getBuffer(this.#prefix + key));
    if (!found.isDone) {
      this.outflow.tellFallback(found);
      return this.#load(key, fields);
    }
    const value = found.reply === null ? null : parseValue(found.reply.toString());
    const { pattern } = this;
    const result = value === null ? 'miss' : 'hit';
    this.#around.events.emit('layerLookup', { pattern, layer: 'l2', result });
    if (value !== null) {
      this.#around.events.emit('lookup', { pattern, result });
      return value;
    }
    const reason = found.reply === null ? 'absent' : 'undecodable';
    this.#around.events.emit('lookup', { pattern, result, reason });
    return this.#loadCounter(key, fields);
  }

  async #loadCounter(key: string, fields: FieldsOf<Template>): Promise<number> {
    const { transport, pause } = this.#around;
    const { pending, inFlight, loading } = this.outflow.keys;
    const counterKey = this.#prefix + key;
    const ttlMs = Math.max(1, Math.round(this.#declared.ttlSeconds * 1_000));
    let lastPending = 0;
    for (let attempt = 0; attempt < MAX_LOAD_ATTEMPTS; attempt += 1) {
      if (attempt > 0) await pause(FIRST_WAIT_MS * 2 ** (attempt - 1));
      const begun = await beginLoadScript.run(transport, {
        keys: [counterKey, pending, inFlight, loading],
        args: [key, MARKER_MEMORY_MS],
      });
      if (!begun.isDone) {
        this.outflow.tellFallback(begun);
        return this.#load(key, fields);
      }
      const [state, text = ''] = parseTexts(begun.reply);
      if (state === 'value') return Number(text);
      if (state === 'inFlight') {
        lastPending = Number(text);
        continue;
      }
      const base = await this.#load(key, fields);
      const ended = await endLoadScript.run(transport, {
        keys: [counterKey, pending, loading],
        args: [key, text, base, ttlMs],
      });
      if (!ended.isDone) {
        this.outflow.tellFallback(ended);
        return base;
      }
      const [end, result = ''] = parseTexts(ended.reply);
      if (end === 'value') return Number(result);
      lastPending = Number(result);
    }
    return (await this.#load(key, fields)) + lastPending;
  }

  /** What the source has. */
  async #load(key: string, fields: FieldsOf<Template>): Promise<number> {
    const { value } = await this.#around.guard.run({
      key: this.#prefix + key,
      pattern: this.pattern,
      timeoutMs: this.#declared.loadTimeoutMs,
      load: (signal) => this.#declared.load(fields, signal),
    });
    if (Number.isSafeInteger(value)) return value;
    throw new CacheError('invalidValue', `The source gave ${String(value)}, which is no whole number.`, {
      key: this.#prefix + key,
    });
  }
}

/** Null when there is no counter, or none that a number can hold exactly. */
function parseValue(reply: unknown): number | null {
  if (typeof reply !== 'string' || reply === '') return null;
  const value = Number(reply);
  return Number.isSafeInteger(value) ? value : null;
}
