import { CacheError } from '#cache/cacheError.ts';
import { CallNumbers } from '#cache/store/calls/callNumbers.ts';
import type { Outcome } from '#cache/store/redisTransport.ts';
import { type Repeated, Repeater } from './calls/repeater.ts';
import type { QueuedChange } from './queue/change.ts';
import { type ChangeKeys, changeKeys } from './queue/changeKeys.ts';
import { type Burial, ChangeQueue, type QueueSnapshot } from './queue/changeQueue.ts';
import { Flusher } from './queue/flusher.ts';
import { checkDeclaredName, type FlushSettings } from './queue/flushOptions.ts';
import { FlushTimer } from './queue/flushTimer.ts';
import type { WriteBehindSurroundings } from './writeBehindSurroundings.ts';

/** What became of a change. */
export type ChangeResult =
  /** Redis has it, and the source will. */
  | { readonly state: 'queued' }
  /** Redis was away, and the source has it. */
  | { readonly state: 'direct' }
  /**
   * Redis did not say in time whether it has taken the change. It is sent again until Redis does, and counts once, as long as
   * this process lives: do not repeat it.
   */
  | { readonly state: 'unknown' };

export interface WriteBehindSnapshot extends QueueSnapshot {
  /** Changes of this process of which Redis has not said whether it has them. */
  readonly unknownCount: number;
}

export interface WriteBehindClosed {
  /** Changes left in the queue, for the next process; null = Redis does not say. */
  readonly queuedCount: number | null;
  /** Changes of which is not known whether Redis has them; lost with the process unless it had. */
  readonly unknownCount: number;
}

export interface OutflowPlan {
  /** The declared name. */
  readonly name: string;
  /** The label of its metrics. */
  readonly pattern: string;
  readonly kind: 'counter' | 'value';
  readonly settings: FlushSettings;
  /** Hands changes to the source. */
  flush(changes: readonly QueuedChange[], signal: AbortSignal): Promise<void>;
  /** What is kept of a change that the source refuses. */
  burialOf(change: QueuedChange): Pick<Burial, 'payload' | 'counterKey'>;
  onBuried(change: QueuedChange): Promise<void>;
}

/** The way of changes from a script that queues them to the source, for one declared counter or family. */
export class Outflow {
  readonly keys: ChangeKeys;
  readonly repeater: Repeater;
  /** What Redis must be told about what went past it. They are no changes. */
  readonly corrections: Repeater;
  readonly flusher: Flusher;
  readonly #around: WriteBehindSurroundings;
  readonly #plan: OutflowPlan;
  readonly #queue: ChangeQueue;
  readonly #calls: CallNumbers;
  readonly #timer: FlushTimer;

  /** Throws `badOptions` when the name cannot be part of a key. */
  constructor(around: WriteBehindSurroundings, plan: OutflowPlan) {
    const { name, kind, settings } = plan;
    checkDeclaredName(name);
    this.#around = around;
    this.#plan = plan;
    this.keys = changeKeys(around.prefix, name);
    this.#queue = new ChangeQueue({
      transport: around.transport,
      keys: this.keys,
      holder: around.instance,
      leaseMs: settings.leaseMs,
      kind,
    });
    this.#calls = new CallNumbers(around.instance);
    this.repeater = new Repeater({ clock: around.clock, ...settings });
    this.corrections = new Repeater({ clock: around.clock, ...settings });
    this.flusher = new Flusher({
      ...{ name, settings, queue: this.#queue, events: around.events, random: around.random },
      pause: (ms) => around.pause(ms),
      flush: (changes, signal) => plan.flush(changes, signal),
      bury: (change, burial) => this.#bury(change, burial),
    });
    this.#timer = new FlushTimer(this.flusher, settings);
  }

  start(): void {
    this.#timer.start();
  }

  /** Where and as which bit Redis notes the next call. */
  nextCall(): { readonly key: string; readonly bit: number } {
    const { bitmap, bit } = this.#calls.take();
    return { key: this.keys.calls(bitmap), bit };
  }

  noteQueued(): void {
    this.#around.events.emit('writeBehind', { family: this.#plan.name, state: 'queued', count: 1 });
    this.#timer.note();
  }

  /** What has no reply is sent again; by its number it counts once. A later one of the same name takes its place. */
  repeat(
    run: () => Promise<Outcome<unknown>>,
    { name, onDone }: { readonly name?: string; readonly onDone?: () => void } = {},
  ): void {
    const done = (): void => {
      this.noteQueued();
      onDone?.();
    };
    this.repeater.add({ run, onDone: done, onLost: () => this.#tellLost() }, name);
  }

  /**
   * Runs it now; when Redis does not confirm it, again until it does, and then comes `onDone`. A later one of the same name
   * takes its place.
   */
  async correct(
    name: string,
    { run, onDone }: Pick<Repeated, 'run' | 'onDone'>,
  ): Promise<{ readonly state: 'done' | 'queued' }> {
    const outcome = await run();
    if (outcome.isDone) {
      this.corrections.drop(name);
      return { state: 'done' };
    }
    this.tellFallback(outcome);
    this.corrections.add({ run, onDone, onLost: () => this.#tellLost() }, name);
    return { state: 'queued' };
  }

  /**
   * Past the queue, and beside the loads: never more at one time than the source stands. Rejects with what its `flush` threw,
   * `loadTimeout`, or `overloaded` when it was not called.
   */
  async flushDirect(flush: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { name, pattern, settings } = this.#plan;
    const { bulkhead, events } = this.#around;
    let isBegun = false;
    try {
      await bulkhead.run(() => {
        isBegun = true;
        return flushAtMost(settings.flushTimeoutMs, flush);
      });
    } catch (error) {
      if (!isBegun) events.emit('shed', { pattern, reason: 'bulkhead' });
      throw error;
    }
    events.emit('writeBehind', { family: name, state: 'direct', count: 1 });
  }

  /** Of a change past the queue: in the order of those of the queue, by this process's clock. */
  directId(): string {
    const { bitmap, bit } = this.#calls.take();
    return `${String(this.#around.clock()).padStart(15, '0')}-direct-${bitmap}:${bit}`;
  }

  tellFallback(failed: Extract<Outcome<unknown>, { isDone: false }>): void {
    const { code, error } = failed;
    this.#around.events.emit('fallback', { operation: 'writeBehind', code, error });
  }

  /** Null when Redis does not say. */
  async snapshot(): Promise<WriteBehindSnapshot | null> {
    const depth = await this.#queue.snapshot();
    return depth === null ? null : { ...depth, unknownCount: this.repeater.waitingCount };
  }

  /** Flushes once more, for at most `boundMs`, and stops. What is left stays in the queue for other processes. */
  async close(boundMs: number): Promise<WriteBehindClosed> {
    this.#timer.stop();
    const bound = setTimeout(() => this.flusher.stop(), boundMs);
    const [unknownCount] = await Promise.all([this.repeater.close(), this.corrections.close()]);
    const end = await this.flusher.run();
    clearTimeout(bound);
    this.flusher.stop();
    const depth = end === 'empty' ? null : await this.#queue.snapshot();
    return { queuedCount: end === 'empty' ? 0 : (depth?.queuedCount ?? null), unknownCount };
  }

  async #bury(change: QueuedChange, { reason, attemptCount }: Pick<Burial, 'reason' | 'attemptCount'>) {
    const outcome = await this.#queue.bury(change, { ...this.#plan.burialOf(change), reason, attemptCount });
    if (outcome.isDone && outcome.reply > 0) await this.#plan.onBuried(change);
    return outcome;
  }

  #tellLost(): void {
    this.#around.events.emit('fallback', { operation: 'writeBehind', code: 'saturated', error: null });
  }
}

function flushAtMost(limitMs: number, flush: (signal: AbortSignal) => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const ending = new AbortController();
    const timer = setTimeout(() => {
      const error = new CacheError('loadTimeout', `flush took longer than flushTimeoutMs (${limitMs} ms).`);
      ending.abort(error);
      reject(error);
    }, limitMs);
    Promise.resolve(ending.signal)
      .then(flush)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
