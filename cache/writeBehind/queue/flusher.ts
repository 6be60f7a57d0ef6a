import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import type { Outcome } from '#cache/store/redisTransport.ts';
import { coalesce, isOvertaken, type QueuedChange } from './change.ts';
import type { ChangeQueue, Lane } from './changeQueue.ts';
import { Delivery } from './delivery.ts';
import type { FlushSettings } from './flushOptions.ts';
import { LeaseKeeper } from './leaseKeeper.ts';
import { relayAbort } from './relayAbort.ts';

export interface FlusherSurroundings {
  /** The declared name. */
  readonly name: string;
  readonly queue: ChangeQueue;
  readonly settings: FlushSettings;
  readonly events: CacheEvents;
  readonly random: () => number;
  pause(ms: number): Promise<void>;
  flush(changes: readonly QueuedChange[], signal: AbortSignal): Promise<void>;
  bury(
    change: QueuedChange,
    burial: { readonly reason: string; readonly attemptCount: number },
  ): Promise<Outcome<number>>;
}

/** `stuck`: the source takes nothing. `interrupted`: closed, or the lease is another's. */
export type RoundEnd = 'empty' | 'none' | 'busy' | 'away' | 'stuck' | 'interrupted';

/** So many changes that fail alone without any that goes through: the source is away, and the rest need not be tried. Ours. */
const MAX_UNDECIDED = 5;

/** Beside a stuck batch, so many others that hold nothing but its keys are put to the end of the queue in one round. Ours. */
const MAX_REQUEUES = 20;

interface Stuck {
  readonly lane: Lane;
  readonly changes: readonly QueuedChange[];
}

/**
 * Takes batch after batch to the source, one instance at a time, until the queue is empty. A batch that fails is tried again,
 * then change by change. While nothing at all goes through, everything stays in the queue, however long the source is away;
 * one second batch is tried beside the stuck one, so that a poisoned change at its head does not hold up the others.
 */
export class Flusher {
  readonly #around: FlusherSurroundings;
  readonly #delivery: Delivery;
  readonly #ending = new AbortController();
  #stuckRounds = 0;
  #round: Promise<RoundEnd> | null = null;

  constructor(around: FlusherSurroundings) {
    const { settings, random, events, name } = around;
    this.#around = around;
    this.#delivery = new Delivery({
      settings,
      random,
      pause: (ms) => around.pause(ms),
      flush: (changes, signal) => around.flush(changes, signal),
      onFailed: (count) => events.emit('writeBehind', { family: name, state: 'retried', count }),
    });
  }

  /** Wait before the next round after one that did not empty the queue, ms. */
  get backoffMs(): number {
    return this.#delivery.backoffMs(Math.max(1, this.#stuckRounds));
  }

  /** Flushes all that is queued, or joins the round under way. Never rejects. */
  run(): Promise<RoundEnd> {
    this.#round ??= this.#runRound().finally(() => {
      this.#round = null;
    });
    return this.#round;
  }

  /** Ends the round under way where it is; what it was handing over stays in the queue. */
  stop(): void {
    this.#ending.abort();
  }

  async #runRound(): Promise<RoundEnd> {
    const { queue, settings } = this.#around;
    const lease = new LeaseKeeper(queue, settings.leaseMs);
    const round = new AbortController();
    const unlinks = [relayAbort(this.#ending.signal, round), relayAbort(lease.lost, round)];
    let end: RoundEnd = 'interrupted';
    try {
      end = await this.#flushAll(round.signal);
    } finally {
      for (const unlink of unlinks) unlink();
      lease.end();
    }
    if (end === 'stuck' || end === 'away') this.#stuckRounds += 1;
    else this.#stuckRounds = 0;
    if (end === 'busy') this.#delivery.forgetAll();
    else if (end !== 'empty' && end !== 'away') await queue.release();
    return end;
  }

  async #flushAll(signal: AbortSignal): Promise<RoundEnd> {
    let stuck: Stuck | null = null;
    let requeueCount = 0;
    while (!signal.aborted) {
      const taken = await this.#around.queue.take(stuck?.lane ?? null);
      if (taken.state === 'away') return this.#away(taken.failed);
      if (taken.state !== 'batch') return stuck === null ? taken.state : 'stuck';
      const changes = coalesce(taken.entries);
      const free: readonly QueuedChange[] | 'away' | 'interrupted' =
        stuck === null ? changes : await this.#keepOrder(stuck, changes);
      if (free === 'away' || free === 'interrupted') return free;
      if (free.length === 0) {
        requeueCount += 1;
        if (requeueCount > MAX_REQUEUES) return 'stuck';
        continue;
      }
      const left = await this.#dropOvertaken(free);
      if (left === 'away') return left;
      if (left.length === 0) continue;
      const result = await this.#flushBatch(left, signal);
      if (result === 'interrupted' || result === 'away') return result;
      // A second batch that gets through tells that the first is to blame for its failure.
      if (result === 'stuck' && stuck !== null) return 'stuck';
      stuck = result === 'stuck' ? { lane: taken.lane, changes: left } : null;
    }
    return 'interrupted';
  }

  /** Beside a stuck batch, no change may overtake an older one of its key: returns those that may go. */
  async #keepOrder(
    stuck: Stuck,
    changes: readonly QueuedChange[],
  ): Promise<readonly QueuedChange[] | 'away' | 'interrupted'> {
    const { queue } = this.#around;
    const stuckKeys = new Set(stuck.changes.map(({ key }) => key));
    const later = changes.filter(({ key }) => stuckKeys.has(key));
    if (later.length === 0) return changes;
    const laterKeys = new Set(later.map(({ key }) => key));
    if (queue.kind === 'value') {
      // The last value of a key is the one that counts: the stuck one need not go any more.
      const outcome = await queue.settle(stuck.changes.filter(({ key }) => laterKeys.has(key)));
      return outcome.isDone ? changes : this.#away(outcome);
    }
    const outcome = await queue.requeue(later);
    if (!outcome.isDone) return this.#away(outcome);
    return outcome.reply < 0 ? 'interrupted' : changes.filter(({ key }) => !laterKeys.has(key));
  }

  /** Only a source that compares ids would refuse them. Returns the others. */
  async #dropOvertaken(changes: readonly QueuedChange[]): Promise<readonly QueuedChange[] | 'away'> {
    const overtaken = changes.filter(isOvertaken);
    if (overtaken.length === 0) return changes;
    const outcome = await this.#around.queue.settle(overtaken);
    return outcome.isDone ? changes.filter((change) => !isOvertaken(change)) : this.#away(outcome);
  }

  async #flushBatch(
    changes: readonly QueuedChange[],
    signal: AbortSignal,
  ): Promise<'done' | 'stuck' | 'interrupted' | 'away'> {
    const { batchSize, maxAttemptCount } = this.#around.settings;
    const failed: QueuedChange[] = [];
    for (let index = 0; index < changes.length; index += batchSize) {
      const some = changes.slice(index, index + batchSize);
      const isFailing =
        failed.length > 0 || this.#stuckRounds > 0 || some.some((one) => this.#isSuspect(one));
      const result = await this.#deliver(some, { attemptCount: isFailing ? 1 : maxAttemptCount, signal });
      if (result === 'interrupted' || result === 'away') return result;
      if (result !== 'delivered') failed.push(...some);
    }
    return failed.length === 0 ? 'done' : this.#flushEach(this.#shuffle(failed), signal);
  }

  /** One by one, those that failed before any went through once more at the end. */
  async #flushEach(
    changes: readonly QueuedChange[],
    signal: AbortSignal,
  ): Promise<'done' | 'stuck' | 'interrupted' | 'away'> {
    const undecided: QueuedChange[] = [];
    for (const change of changes) {
      const result = await this.#decide(change, signal);
      if (result === 'interrupted' || result === 'away') return result;
      if (result === 'undecided') undecided.push(change);
      if (undecided.length >= MAX_UNDECIDED && !undecided.some((one) => this.#isSuspect(one))) return 'stuck';
    }
    if (undecided.length === 0) return 'done';
    if (!undecided.some((one) => this.#isSuspect(one))) return 'stuck';
    return this.#flushEach(undecided, signal);
  }

  async #decide(
    change: QueuedChange,
    signal: AbortSignal,
  ): Promise<'delivered' | 'buried' | 'undecided' | 'interrupted' | 'away'> {
    const { maxAttemptCount } = this.#around.settings;
    const isSuspect = this.#isSuspect(change);
    const result = await this.#deliver([change], { attemptCount: isSuspect ? maxAttemptCount : 1, signal });
    if (typeof result === 'string') return result;
    if (!isSuspect) return 'undecided';
    const { error } = result;
    const reason = error instanceof Error ? error.message : String(error);
    const attemptCount = this.#delivery.failureCount(change);
    const outcome = await this.#around.bury(change, { reason, attemptCount });
    if (!outcome.isDone) return this.#away(outcome);
    if (outcome.reply < 0) return 'interrupted';
    this.#delivery.forget([change]);
    if (outcome.reply > 0) this.#tell('deadLettered', 1);
    return 'buried';
  }

  async #deliver(
    changes: readonly QueuedChange[],
    options: { readonly attemptCount: number; readonly signal: AbortSignal },
  ): Promise<'delivered' | 'interrupted' | 'away' | { readonly error: unknown }> {
    const result = await this.#delivery.run(changes, options);
    if (result.state === 'interrupted') return 'interrupted';
    if (result.state === 'failed') return result;
    const outcome = await this.#around.queue.settle(changes);
    if (!outcome.isDone) return this.#away(outcome);
    this.#delivery.forget(changes);
    this.#tell('flushed', changes.length);
    return 'delivered';
  }

  #isSuspect(change: QueuedChange): boolean {
    return this.#delivery.isSuspect(change);
  }

  #away({ code, error }: Extract<Outcome<unknown>, { isDone: false }>): 'away' {
    this.#around.events.emit('fallback', { operation: 'writeBehind', code, error });
    return 'away';
  }

  #tell(state: 'flushed' | 'deadLettered', count: number): void {
    this.#around.events.emit('writeBehind', { family: this.#around.name, state, count });
  }

  /** So that the good among many bad ones are found sooner or later. */
  #shuffle(changes: readonly QueuedChange[]): QueuedChange[] {
    return changes
      .map((change) => ({ change, place: this.#around.random() }))
      .sort((one, other) => one.place - other.place)
      .map(({ change }) => change);
  }
}
