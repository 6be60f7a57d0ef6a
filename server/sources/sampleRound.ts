import type { Clock } from '#server/clock/clock.ts';
import type { KeyPage, KeyStream } from '#server/redis/keyStream.ts';
import { formatKey } from '#shared/keyText.ts';
import type { SampledKey } from './deriveSample.ts';

export interface RoundOptions {
  readonly stream: Pick<KeyStream, 'keyCount' | 'readPage'>;
  readonly clock: Clock;
  /** Uniform over [0, 1). */
  readonly random: () => number;
  /** Distinct keys to read; a database of no more is read whole. */
  readonly sampleSize: number;
  readonly keysPerSecond: number;
  /** Keys read at the start before the pace counts. */
  readonly burstKeyCount: number;
  readonly signal: AbortSignal;
  /** Called after each page, with what has been read so far. */
  readonly onPage: (round: Round) => void;
}

/** Keys of a round that is under way or has ended. */
export interface Round {
  readonly startedAtMs: number;
  /**
   * Keys that the sample stands for: DBSIZE, less the share of keys that SCAN still names but that have expired, or that
   * our user may not read.
   */
  readonly keyCount: number;
  readonly keys: readonly SampledKey[];
  /** Every key that our user may read was read. */
  readonly isComplete: boolean;
}

/** 100 keys hold the node for some 0.1 ms a command, and neighbours do not notice. */
const PAGE_KEY_COUNT = 100;
/** Random pages come upon known keys again; past this many reads a distinct key costs more than it tells. */
const MAX_READS_PER_KEY = 2;
/** A node that is slow to answer gets four times the pause of what it took: at most a fifth of its time is ours. */
const SLOW_PAGE_PAUSE_RATIO = 4;
/** Bytes of a key that are kept; the pattern needs 512 characters. */
const KEPT_KEY_BYTES = 1_024;

interface RoundState {
  readonly startedAtMs: number;
  readonly databaseKeyCount: number;
  readonly keys: SampledKey[];
  readonly seen: Set<string>;
  /** Keys looked at, known ones and those that were gone included. */
  readCount: number;
  /** Names that led to no key of ours. */
  absentCount: number;
  isComplete: boolean;
}

/**
 * Reads a uniform sample of the keys, or all of them when they are few. Cost: DBSIZE, then SCAN with COUNT 100 and PTTL,
 * TYPE and MEMORY USAGE of each key (O(1) each, some 5 us of the server a key). Rejects with the stream's `RedisFault`.
 * Ends early, incomplete, when the signal is aborted.
 */
export async function collectSample(options: RoundOptions): Promise<Round> {
  const { stream, clock, sampleSize, signal } = options;
  const startedAtMs = clock.nowMs();
  const databaseKeyCount = await stream.keyCount();
  const state: RoundState = {
    startedAtMs,
    databaseKeyCount,
    keys: [],
    seen: new Set(),
    readCount: 0,
    absentCount: 0,
    isComplete: false,
  };
  const isWhole = databaseKeyCount <= sampleSize;
  let cursor = isWhole ? '0' : randomCursor(options.random);
  while (!signal.aborted) {
    const askedAtMs = clock.nowMs();
    const page = await stream.readPage(cursor, PAGE_KEY_COUNT);
    const pageMs = clock.nowMs() - askedAtMs;
    addPage(state, page, clock.nowMs());
    const isLastPage = page.nextCursor === '0';
    state.isComplete = isWhole && isLastPage;
    options.onPage(roundOf(state));
    if (isEnded(state, { isWhole, isLastPage, sampleSize })) break;
    cursor = isWhole ? page.nextCursor : randomCursor(options.random);
    await keepPace(state, options, pageMs);
  }
  return roundOf(state);
}

function roundOf({
  startedAtMs,
  databaseKeyCount,
  keys,
  readCount,
  absentCount,
  isComplete,
}: RoundState): Round {
  const presentRatio = readCount === 0 ? 1 : 1 - absentCount / readCount;
  const keyCount = Math.max(keys.length, Math.round(databaseKeyCount * presentRatio));
  return { startedAtMs, keyCount, keys, isComplete };
}

function isEnded(
  state: RoundState,
  { isWhole, isLastPage, sampleSize }: { isWhole: boolean; isLastPage: boolean; sampleSize: number },
): boolean {
  // Many keys may be written during a pass over few; the pass still has to end.
  if (isWhole) return isLastPage || state.readCount > sampleSize * MAX_READS_PER_KEY;
  return state.keys.length >= sampleSize || state.readCount >= sampleSize * MAX_READS_PER_KEY;
}

async function keepPace(state: RoundState, options: RoundOptions, pageMs: number): Promise<void> {
  const { clock, keysPerSecond, burstKeyCount, signal } = options;
  const owedKeyCount = state.readCount - burstKeyCount;
  if (owedKeyCount <= 0) return;
  const dueAtMs = state.startedAtMs + (owedKeyCount / keysPerSecond) * 1_000;
  const waitMs = Math.max(dueAtMs - clock.nowMs(), pageMs * SLOW_PAGE_PAUSE_RATIO);
  if (waitMs > 0) await clock.pause(waitMs, signal);
}

/**
 * 48 random bits. SCAN masks a cursor with the size of its table, so that any wider number falls evenly on the places of
 * the table, whatever its size is (dict.c `dictScan`, hashtable.c of Valkey). From 7.4 on a cluster node keeps a table a
 * slot and takes the lowest 14 bits for the slot: keys of crowded slots are then seen a little less often than others.
 */
function randomCursor(random: () => number): string {
  const high = Math.floor(random() * 2 ** 24);
  const low = Math.floor(random() * 2 ** 24);
  return String(high * 2 ** 24 + low);
}

function addPage(state: RoundState, page: KeyPage, readAtMs: number): void {
  const absentCount = page.goneCount + page.deniedCount;
  state.absentCount += absentCount;
  // An empty page is a look into an empty stretch of the table and costs the budget, too.
  state.readCount += Math.max(1, page.keys.length + absentCount);
  for (const { key, ttlMs, type, bytes } of page.keys) {
    const isCut = key.length > KEPT_KEY_BYTES;
    const text = formatKey(isCut ? key.subarray(0, KEPT_KEY_BYTES) : key);
    const identity = isCut ? `${text}…${key.length} ${digest(key)}` : text;
    if (state.seen.has(identity)) continue;
    state.seen.add(identity);
    state.keys.push({ text: isCut ? `${text}…` : text, ttlMs, readAtMs, type, bytes });
  }
}

/** FNV-1a of a whole key; with the length and the first kilobyte enough to tell long keys apart. */
function digest(key: Uint8Array): number {
  let mixed = 0x811c9dc5;
  for (const byte of key) mixed = Math.imul(mixed ^ byte, 0x01000193);
  return mixed >>> 0;
}
