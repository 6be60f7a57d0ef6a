import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { AppError } from '#shared/errorCodes.ts';
import { formatKey } from '#shared/keyText.ts';
import { drawInteger, drawSample, type RandomBytes } from '../drawRandom.ts';
import type { Selection } from './selections/selection.ts';

/** Up to this many keys the plan holds the list itself; above, a rule with bounds. */
const FROZEN_KEYS = 10_000;
/** Keys that are looked at closer: +-3 points on a share. */
const SAMPLE_KEYS = 1_000;
/** More than this is not planned as one purge: the walk alone would take a minute. */
const MAX_KEYS = 5_000_000;
const PAGE_SIZE = 200;

export interface KeySurvey {
  readonly keyCount: number;
  /** Every key, when there are at most `FROZEN_KEYS`; null above. */
  readonly frozenKeys: readonly Buffer[] | null;
  /** Uniform sample, all keys when there are few. */
  readonly sample: readonly Buffer[];
  /** Every pattern among the keys with its count. */
  readonly patternCounts: ReadonlyMap<string, number>;
}

export interface SurveyParts {
  readonly connection: RedisConnection;
  readonly selection: Selection;
  readonly patternOf: (keyText: string) => string;
  readonly random: RandomBytes;
}

/**
 * Walks all keys of the selection once. Reads only: of a tag SCARD or ZCARD, then pages of 200 by SSCAN or ZSCAN, about 0.6 us of
 * the server a member; of a rule over names the whole keyspace by SCAN, 100,000 keys a second.
 * Throws `AppError` notFound when there is none, badInput when there are too many; `RedisFault`.
 */
export async function surveyKeys(parts: SurveyParts): Promise<KeySurvey> {
  const { connection, selection, random } = parts;
  const toldCount = await selection.readCount(connection);
  if (toldCount === 0) throw nothing(selection);
  if (toldCount !== null && toldCount > MAX_KEYS) throw tooMany(selection, toldCount);
  const walk = new Walk(parts, toldCount === null || toldCount <= FROZEN_KEYS);
  let cursor: string | null = '0';
  while (cursor !== null) {
    const page = await selection.readKeys(connection, { cursor, count: PAGE_SIZE });
    cursor = page.cursor;
    for (const key of page.elements) walk.take(key);
    if (walk.metCount > 2 * MAX_KEYS) throw tooMany(selection, walk.metCount);
  }
  if (walk.metCount === 0) throw nothing(selection);
  return walk.result(toldCount, random);
}

function nothing({ words, notes, leaves = '' }: Selection): AppError {
  const text = [`There is no key ${words} (any more).`, ...notes(), 'Nothing to purge.', leaves]
    .join(' ')
    .trim();
  return new AppError('notFound', text);
}

function tooMany({ words }: Selection, count: number): AppError {
  return new AppError(
    'badInput',
    `There are ${count} keys ${words}; one purge takes at most ${MAX_KEYS}. Narrow it.`,
  );
}

/** Keys as they are met. A walk may return a key twice: a list is made exact, above it that is left to chance. */
class Walk {
  readonly #parts: SurveyParts;
  readonly #patternCounts = new Map<string, number>();
  #seen: Map<string, Buffer> | null;
  #reservoir: Buffer[] = [];
  metCount = 0;

  constructor(parts: SurveyParts, keepsList: boolean) {
    this.#parts = parts;
    this.#seen = keepsList ? new Map() : null;
  }

  take(key: Buffer): void {
    const name = key.toString('latin1');
    if (this.#seen?.has(name)) return;
    this.metCount += 1;
    const pattern = this.#parts.patternOf(formatKey(key));
    this.#patternCounts.set(pattern, (this.#patternCounts.get(pattern) ?? 0) + 1);
    this.#sample(key);
    this.#seen?.set(name, Buffer.from(name, 'latin1'));
    if (this.#seen !== null && this.#seen.size > FROZEN_KEYS) this.#seen = null;
  }

  result(toldCount: number | null, random: RandomBytes): KeySurvey {
    const frozenKeys = this.#seen === null ? null : [...this.#seen.values()];
    return {
      keyCount: frozenKeys?.length ?? toldCount ?? this.metCount,
      frozenKeys,
      sample: frozenKeys === null ? this.#reservoir : drawSample(frozenKeys, SAMPLE_KEYS, random),
      patternCounts: this.#patternCounts,
    };
  }

  /** Reservoir sampling (Vitter's R): the n-th key takes a random place of n, if that place is kept. */
  #sample(key: Buffer): void {
    const place =
      this.#reservoir.length < SAMPLE_KEYS
        ? this.#reservoir.length
        : drawInteger(this.#parts.random, this.metCount);
    // A reply's buffer can be a view of a far larger one, which the plan would hold for minutes.
    if (place < SAMPLE_KEYS) this.#reservoir[place] = Buffer.from(key);
  }
}
