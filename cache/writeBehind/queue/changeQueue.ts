import { LuaScript } from '#cache/store/luaScript.ts';
import { parseCount, parseTexts } from '#cache/store/parseReply.ts';
import type { Failed, Outcome, RedisTransport } from '#cache/store/redisTransport.ts';
import type { QueuedChange, QueuedEntry } from './change.ts';
import type { ChangeKeys } from './changeKeys.ts';
import { buryScript, renewScript, requeueScript, settleScript, takeScript } from './queueScripts.ts';

/** Most entries of one batch: it bounds one script, and how much of a hot key one change sums up. Ours. */
const MAX_BATCH_ENTRIES = 1_000;

/** Of a batch under way; the second one is used while the first is stuck. */
export type Lane = 'a' | 'b';

export type Taken =
  | { readonly state: 'batch'; readonly lane: Lane; readonly entries: readonly QueuedEntry[] }
  /** `busy`: another flushes. `none`: all that there is is under way. */
  | { readonly state: 'busy' | 'empty' | 'none' }
  | { readonly state: 'away'; readonly failed: Failed };

export interface Burial {
  readonly reason: string;
  readonly attemptCount: number;
  /** The sum of the amounts, or the last value, packed. */
  readonly payload: string;
  /** The counter's key; null where the cache holds a value, which lies elsewhere. */
  readonly counterKey: string | null;
}

/** How much waits for the source. */
export interface QueueSnapshot {
  /** Increments or values that the source has not got. */
  readonly queuedCount: number;
  /** How long the oldest of them has waited, ms, by the clock of Redis; null = none waits. */
  readonly oldestAgeMs: number | null;
  readonly deadLetterCount: number;
}

/**
 * Returns the lengths of queue and dead letters, and the age of the oldest entry in ms or false.
 *
 * KEYS  queue, dead letters
 */
const depthScript = new LuaScript(`
local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
local time = redis.call('TIME')
local age_ms = first and time[1] * 1000 + math.floor(time[2] / 1000) - string.match(first[1], '%d+')
return {redis.call('XLEN', KEYS[1]), redis.call('XLEN', KEYS[2]), age_ms}
`);

export interface QueueSurroundings {
  readonly transport: RedisTransport;
  readonly keys: ChangeKeys;
  /** Whose lease it is: another in each process. */
  readonly holder: string;
  readonly leaseMs: number;
  readonly kind: 'counter' | 'value';
}

/** The durable queue of one declared counter or family, as the one that flushes it sees it. */
export class ChangeQueue {
  readonly #around: QueueSurroundings;

  constructor(around: QueueSurroundings) {
    this.#around = around;
  }

  get kind(): QueueSurroundings['kind'] {
    return this.#around.kind;
  }

  /** Takes or keeps the lease, and the batch under way or a new one: the oldest that is not in the lane that is stuck. */
  async take(stuckLane: Lane | null): Promise<Taken> {
    const { transport, keys, holder, leaseMs, kind } = this.#around;
    const outcome = await takeScript.run(transport, {
      keys: [keys.queue, keys.pending, keys.inFlight, keys.lease, keys.loading],
      args: [holder, leaseMs, MAX_BATCH_ENTRIES, stuckLane ?? '', kind],
    });
    if (!outcome.isDone) return { state: 'away', failed: outcome };
    const [state, ...texts] = parseTexts(outcome.reply);
    if (state === 'a' || state === 'b') return { state: 'batch', lane: state, entries: parseEntries(texts) };
    return { state: state === 'busy' || state === 'empty' ? state : 'none' };
  }

  /** The source has these. Returns how many entries that ended. */
  async settle(changes: readonly QueuedChange[]): Promise<Outcome<number>> {
    const { transport, keys } = this.#around;
    return countOf(
      await settleScript.run(transport, {
        keys: [keys.queue, keys.pending, keys.inFlight],
        args: changes.flatMap((change) => this.#triplets(change)),
      }),
    );
  }

  /** The source refuses this one for good. -1 = the lease is another's, who decides. */
  async bury(change: QueuedChange, burial: Burial): Promise<Outcome<number>> {
    const { transport, keys, holder } = this.#around;
    const { queue, pending, inFlight, lease, deadLetters } = keys;
    const counter = burial.counterKey === null ? [] : [burial.counterKey];
    return countOf(
      await buryScript.run(transport, {
        keys: [queue, pending, inFlight, lease, deadLetters, ...counter],
        args: [
          holder,
          change.key,
          change.fields,
          burial.payload,
          change.id,
          burial.reason,
          burial.attemptCount,
          ...this.#triplets(change),
        ],
      }),
    );
  }

  /** Back to the end of the queue, as one entry each: amounts that were never handed over. -1 = the lease is another's. */
  async requeue(changes: readonly QueuedChange[]): Promise<Outcome<number>> {
    const { transport, keys, holder } = this.#around;
    const entries = changes.flatMap((change) => change.entries);
    return countOf(
      await requeueScript.run(transport, {
        keys: [keys.queue, keys.inFlight, keys.lease],
        args: [holder, ...entries.flatMap(({ id, key, fields, payload }) => [id, key, fields, payload])],
      }),
    );
  }

  /** `unknown`: Redis does not say. */
  async renew(): Promise<'kept' | 'lost' | 'unknown'> {
    const outcome = await this.#live(this.#around.leaseMs);
    if (!outcome.isDone) return 'unknown';
    return outcome.reply === 1 ? 'kept' : 'lost';
  }

  async release(): Promise<void> {
    await this.#live(0);
  }

  /** One script of four O(1) commands; null when Redis does not say. */
  async snapshot(): Promise<QueueSnapshot | null> {
    const { transport, keys } = this.#around;
    const outcome = await depthScript.run(transport, { keys: [keys.queue, keys.deadLetters], args: [] });
    if (!outcome.isDone || !Array.isArray(outcome.reply)) return null;
    const [queued, dead, ageMs] = outcome.reply;
    return {
      queuedCount: parseCount(queued),
      // Ids go on rising when the clock of Redis was put back.
      oldestAgeMs: typeof ageMs === 'number' ? Math.max(0, ageMs) : null,
      deadLetterCount: parseCount(dead),
    };
  }

  #live(ms: number): Promise<Outcome<unknown>> {
    const { transport, keys, holder } = this.#around;
    return renewScript.run(transport, { keys: [keys.lease], args: [holder, ms] });
  }

  #triplets({ entries }: QueuedChange): string[] {
    const isCounter = this.#around.kind === 'counter';
    return entries.flatMap(({ id, key, payload }) => [id, key, isCounter ? String(-Number(payload)) : '']);
  }
}

function parseEntries(texts: readonly string[]): QueuedEntry[] {
  const entries: QueuedEntry[] = [];
  for (let index = 0; index + 3 < texts.length; index += 4) {
    const [id = '', key = '', fields = '', payload = ''] = texts.slice(index, index + 4);
    entries.push({ id, key, fields, payload });
  }
  return entries;
}

function countOf(outcome: Outcome<unknown>): Outcome<number> {
  return outcome.isDone ? { isDone: true, reply: parseCount(outcome.reply) } : outcome;
}
