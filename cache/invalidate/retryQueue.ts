import type { CacheErrorCode } from '#cache/cacheError.ts';
import type { InvalidationMode } from '#cache/entries/entryStore.ts';
import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { RetryRounds } from '#cache/resilience/retryRounds.ts';
import type { Outcome, RedisTransport } from '#cache/store/redisTransport.ts';
import { ownKeyName } from '#shared/control/ownKeys.ts';
import { parseOpenKey } from '#shared/keys/openKey.ts';
import { harderOf, type Invalidation } from './invalidation.ts';
import { QueuedPatterns } from './queuedPatterns.ts';

export interface RetryOptions {
  /** Most invalidations that wait; above it the oldest are dropped, counted and told. @default 10_000 */
  readonly maxQueuedCount: number;
  /** Wait before the first retry, ms; each further one is twice as long, up to `maxBackoffMs`. @default 200 */
  readonly backoffMs: number;
  /** @default 30_000 */
  readonly maxBackoffMs: number;
  /** Refusals by a Redis that answers, after which an invalidation goes to the dead letters. @default 10 */
  readonly maxRefusedCount: number;
}

export interface RetrySurroundings {
  readonly transport: RedisTransport;
  readonly events: CacheEvents;
  readonly prefix: string;
  readonly options: RetryOptions;
  readonly clock: () => number;
  /** One attempt; null = done. */
  apply(invalidation: Invalidation): Promise<CacheErrorCode | null>;
}

interface Waiting {
  readonly invalidation: Invalidation;
  readonly queuedAtMs: number;
  refusedCount: number;
}

/** Entries of the dead-letter stream; older ones are trimmed. */
const MAX_DEAD_LETTERS = 10_000;

/**
 * Invalidations that Redis did not confirm, done again until it does: with backoff, and at once when Redis is back. In memory
 * only: a process that ends with some in it loses them, which `close` reports.
 */
export class RetryQueue {
  readonly #around: RetrySurroundings;
  /** By kind and target, open keys without their version; the oldest first. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #patterns = new QueuedPatterns();
  readonly #rounds: RetryRounds;

  constructor(around: RetrySurroundings) {
    this.#around = around;
    this.#rounds = new RetryRounds(around.options, {
      hasWaiting: () => this.#waiting.size > 0,
      runRound: () => this.#runRound(),
    });
  }

  get queuedCount(): number {
    return this.#waiting.size;
  }

  /** When the oldest came, epoch ms; null = none waits. */
  get oldestAtMs(): number | null {
    const [oldest] = this.#waiting.values();
    return oldest?.queuedAtMs ?? null;
  }

  /** False when the queue is closed. */
  add(invalidation: Invalidation, reason: CacheErrorCode): boolean {
    if (this.#rounds.isClosed) return false;
    const { events, options, clock } = this.#around;
    const id = idOf(invalidation);
    const waiting = this.#waiting.get(id);
    const wish = waiting?.invalidation.mode === 'hard' ? waiting.invalidation : invalidation;
    // A new object also when it waits already: an attempt under way began before this wish, and must not end it.
    this.#waiting.set(id, {
      invalidation: wish,
      queuedAtMs: waiting?.queuedAtMs ?? clock(),
      refusedCount: waiting?.refusedCount ?? 0,
    });
    if (wish.kind === 'pattern') this.#patterns.set(wish.target, wish.mode);
    if (waiting === undefined) events.emit('retry', { state: 'queued', source: invalidation.source, reason });
    while (this.#waiting.size > options.maxQueuedCount) this.#dropOldest();
    this.#rounds.arm();
    return true;
  }

  /**
   * The hardest invalidation that waits for the key or for a pattern that it matches: what Redis holds under it is old. Null =
   * none. Where many patterns wait that begin alike, also for what only begins like them.
   */
  modeOfKey(key: string): InvalidationMode | null {
    if (this.#waiting.size === 0) return null;
    const named = harderOf(this.#modeOf(`key ${key}`), this.#modeOf(`open ${withoutVersion(key)}`));
    return harderOf(named, this.#patterns.modeOf(key));
  }

  /** The hardest that waits for one of the tags; null = none. */
  modeOfTags(tags: readonly string[]): InvalidationMode | null {
    if (this.#waiting.size === 0) return null;
    return tags.map((tag) => this.#modeOf(`tag ${tag}`)).reduce(harderOf, null);
  }

  /** Tries all that wait, now; joins the round under way. */
  run(): Promise<void> {
    return this.#rounds.run();
  }

  /** One last try. Returns how many are left and lost with the process. */
  async close(): Promise<number> {
    await this.#rounds.close();
    const lostCount = this.#waiting.size;
    while (this.#waiting.size > 0) this.#dropOldest();
    return lostCount;
  }

  async #runRound(): Promise<boolean> {
    for (const [id, waiting] of [...this.#waiting]) {
      const code = await this.#around.apply(waiting.invalidation);
      if (code === null) {
        this.#forget(id, waiting);
        this.#around.events.emit('retry', {
          state: 'done',
          source: waiting.invalidation.source,
          reason: 'confirmed',
        });
        continue;
      }
      // Until Redis is a master again; in a Cluster the others may fare better.
      if (code === 'readOnly') continue;
      // Redis is away: the others would fare no better.
      if (code !== 'refused' && code !== 'outOfMemory') return false;
      waiting.refusedCount += 1;
      if (waiting.refusedCount >= this.#around.options.maxRefusedCount) await this.#bury(id, waiting, code);
    }
    return this.#waiting.size === 0;
  }

  /** Redis answers and refuses it again and again: it is kept where an operator finds it. */
  async #bury(id: string, waiting: Waiting, code: CacheErrorCode): Promise<void> {
    const { kind, target, mode, source } = waiting.invalidation;
    const written = await this.#writeDeadLetter([
      ['kind', kind],
      ['target', target],
      ['mode', mode],
      ['source', source],
      ['reason', code],
      ['queuedAtMs', String(waiting.queuedAtMs)],
    ]);
    if (!written.isDone) return;
    this.#forget(id, waiting);
    this.#around.events.emit('retry', { state: 'deadLettered', source, reason: code });
  }

  #writeDeadLetter(fields: readonly (readonly [string, string])[]): Promise<Outcome<unknown>> {
    const stream = ownKeyName(this.#around.prefix, 'dead-letters:invalidations');
    return this.#around.transport.run((redis) =>
      redis.xadd(stream, 'MAXLEN', '~', MAX_DEAD_LETTERS, '*', ...fields.flat()),
    );
  }

  #forget(id: string, waiting: Waiting): void {
    if (this.#waiting.get(id) === waiting) this.#remove(id, waiting);
  }

  #remove(id: string, { invalidation: { kind, target } }: Waiting): void {
    this.#waiting.delete(id);
    if (kind === 'pattern') this.#patterns.delete(target);
  }

  #modeOf(id: string): InvalidationMode | null {
    return this.#waiting.get(id)?.invalidation.mode ?? null;
  }

  #dropOldest(): void {
    for (const [id, waiting] of this.#waiting) {
      this.#remove(id, waiting);
      const reason = this.#rounds.isClosed ? 'the cache was closed' : 'the queue was full';
      this.#around.events.emit('retry', { state: 'dropped', source: waiting.invalidation.source, reason });
      return;
    }
  }
}

function idOf({ kind, target }: Invalidation): string {
  const open = kind === 'key' ? parseOpenKey(target) : null;
  return open === null ? `${kind} ${target}` : `open ${open.base}`;
}

function withoutVersion(key: string): string {
  const end = key.lastIndexOf(':v');
  return end === -1 ? key : key.slice(0, end);
}
