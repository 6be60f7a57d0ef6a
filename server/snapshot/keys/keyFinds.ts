import type { Clock } from '#server/clock/clock.ts';
import { asAppError } from '#server/redis/faults/asAppError.ts';
import { type RedisConnection, RedisFault } from '#server/redis/redisConnection.ts';
import { READ_COST_MS, type ReadKey, readFoundKeys } from '#server/sources/keys/readFoundKeys.ts';
import { type Walk, walkedRatio, walkKeys } from '#server/sources/keys/walkKeys.ts';
import { AppError } from '#shared/errorCodes.ts';
import type { PatternLearner } from '#shared/keyPattern/patternLearner.ts';
import { type FoundKey, type FoundKeys, type KeyWalk, SHOWN_NAME_BYTES } from '#shared/keys/foundKeys.ts';
import { formatGlob } from '#shared/keys/keyGlob.ts';
import { FOUND_KEYS_PER_CALL, type KeySearch } from '#shared/keys/keySearch.ts';
import { parseKey } from '#shared/keyText.ts';
import type { KeyIds } from './keyIds.ts';
import { type KeyMatch, keyMatch, patternText } from './keyMatch.ts';
import { ServerTimeBudget } from './serverTimeBudget.ts';
import { TurnQueue } from './turnQueue.ts';

export interface KeyFindsOptions {
  /** Of the role `monitor`. */
  readonly connection: RedisConnection;
  readonly learner: Pick<PatternLearner, 'patternOf' | 'canonical'>;
  /** Whether a key of the last sample has the pattern. */
  readonly isKnownPattern: (pattern: string) => boolean;
  readonly ids: KeyIds;
  readonly clock: Clock;
}

export interface FindRequest {
  readonly search: KeySearch;
  /** Null starts a search; else where the last call ended. */
  readonly cursor: string | null;
}

/**
 * All searches together may take 1 % of a core of Redis (SECURITY, budgets), and the first 100,000 keys at once: 100 ms are what the
 * budget has for ten seconds.
 */
const BURST_MS = 100;
const MS_PER_SECOND = 10;
/** Worth a call: some 10,000 keys. */
const LEAST_CALL_MS = 10;
/** Longest call once it has its turn, so that others get theirs and the page can show how far it is. */
const CALL_MS = 1_000;
const KEY_COST_MS = 0.001;
/** The same question by several pages at about the same time is asked once. */
const SHARED_FOR_MS = 2_000;
const MAX_KEPT = 20;

/**
 * Finds keys for all viewers: one call at a time, the same question once, and no more of Redis's time than the budget has,
 * however many ask.
 */
export class KeyFinds {
  readonly #options: KeyFindsOptions;
  readonly #budget: ServerTimeBudget;
  readonly #turns = new TurnQueue();
  readonly #closing = new AbortController();
  readonly #kept = new Map<string, { readonly found: Promise<FoundKeys>; endedAtMs: number | null }>();

  constructor(options: KeyFindsOptions) {
    this.#options = options;
    this.#budget = new ServerTimeBudget({
      clock: options.clock,
      burstMs: BURST_MS,
      msPerSecond: MS_PER_SECOND,
    });
  }

  /** Rejects with `AppError`: badInput, busy, redisUnreachable, redisRefused, shuttingDown. */
  find(request: FindRequest): Promise<FoundKeys> {
    const id = JSON.stringify([request.search.kind, request.search.text, request.cursor]);
    const kept = this.#kept.get(id);
    if (kept !== undefined && this.#isFresh(kept.endedAtMs)) return kept.found;
    const found = this.#turns.take(() => this.#find(request));
    const entry: { readonly found: Promise<FoundKeys>; endedAtMs: number | null } = {
      found,
      endedAtMs: null,
    };
    this.#kept.delete(id);
    this.#kept.set(id, entry);
    found.then(
      () => {
        entry.endedAtMs = this.#options.clock.elapsedMs();
        this.#dropOldest();
      },
      () => void (this.#kept.get(id) === entry && this.#kept.delete(id)),
    );
    return found;
  }

  close(): void {
    this.#closing.abort();
  }

  #isFresh(endedAtMs: number | null): boolean {
    return endedAtMs === null || this.#options.clock.elapsedMs() - endedAtMs < SHARED_FOR_MS;
  }

  #dropOldest(): void {
    for (const [id, { endedAtMs }] of this.#kept) {
      if (this.#kept.size <= MAX_KEPT) return;
      if (endedAtMs !== null) this.#kept.delete(id);
    }
  }

  async #find({ search, cursor }: FindRequest): Promise<FoundKeys> {
    if (this.#closing.signal.aborted) throw new AppError('shuttingDown', 'The server is shutting down.');
    try {
      if (search.kind === 'exact') return await this.#read([Buffer.from(parseKey(search.text))], null);
      const { learner, isKnownPattern } = this.#options;
      const match = keyMatch(search, { learner, isKnown: isKnownPattern });
      return await this.#walk(match, cursor ?? '0');
    } catch (error) {
      throw asAppError(error);
    }
  }

  async #walk({ glob, accepts }: KeyMatch, cursor: string): Promise<FoundKeys> {
    const { connection, clock } = this.#options;
    const { signal } = this.#closing;
    await this.#budget.reach(LEAST_CALL_MS, signal);
    const keyCount = numberOf(await connection.send('DBSIZE'));
    const walk = await walkKeys({
      ...{ connection, glob, accepts, cursor, clock, signal },
      limits: { serverMs: this.#budget.leftMs(), elapsedMs: CALL_MS, nameCount: FOUND_KEYS_PER_CALL },
    });
    this.#budget.spend(walk.serverMs);
    return this.#read(walk.names, describeWalk(walk, { glob, from: cursor, keyCount }));
  }

  async #read(names: readonly Buffer[], walk: KeyWalk | null): Promise<FoundKeys> {
    const { keys, ...rest } = await readFoundKeys(this.#options.connection, names);
    this.#budget.spend(names.length * READ_COST_MS);
    return {
      ...rest,
      keys: keys.map((key) => this.#found(key)),
      walk,
      readAtMs: this.#options.clock.nowMs(),
    };
  }

  #found({ key, ...facts }: ReadKey): FoundKey {
    const text = patternText(key);
    return {
      id: this.#options.ids.idOf(key),
      text,
      isCut: key.length > SHOWN_NAME_BYTES,
      nameBytes: key.length,
      pattern: this.#options.learner.patternOf(text),
      ...facts,
    };
  }
}

interface WalkFacts {
  readonly glob: Buffer;
  readonly from: string;
  readonly keyCount: number;
}

function describeWalk({ cursor }: Walk, { glob, from, keyCount }: WalkFacts): KeyWalk {
  const ratio = walkedRatio(cursor);
  // A cursor that goes backwards is counted in another way than by Redis and Valkey.
  const isTold = cursor === null || ratio > walkedRatio(from);
  const restMs = (1 - ratio) * keyCount * KEY_COST_MS;
  return {
    glob: formatGlob(glob),
    cursor,
    walkedRatio: isTold ? ratio : null,
    keyCount,
    remainingMs: isTold ? (restMs / MS_PER_SECOND) * 1_000 : null,
  };
}

function numberOf(reply: unknown): number {
  if (typeof reply === 'number') return reply;
  throw new RedisFault('other', 'DBSIZE', 'Redis answered DBSIZE with something else.');
}
