import { isDeepStrictEqual } from 'node:util';
import type { Mark } from '#cache/entries/entryStore.ts';
import { readHeader } from '#cache/entries/readHeader.ts';
import { absent } from '#cache/keys/absent.ts';
import type { Request } from '#cache/keys/policy.ts';
import { guarded, readMark } from '#cache/read/load.ts';
import { Fence } from '#cache/read/loadsUnderWay.ts';
import type { ReadSurroundings } from '#cache/read/readSurroundings.ts';
import { decodeEntry, type Entry, type EntryHeader, isSameOwner } from '#cache/store/entryFormat.ts';
import type { Serialiser } from '#cache/store/serialiser.ts';

/** What came of holding an entry against its source. */
export type Comparison =
  | {
      readonly state: 'same' | 'drifted';
      readonly header: EntryHeader;
      readonly cached: unknown;
      readonly source: unknown;
    }
  /** They differed, and one of them moved meanwhile: a change on its way. */
  | { readonly state: 'changed'; readonly header: EntryHeader }
  | { readonly state: 'missing' }
  | { readonly state: 'unknown'; readonly header: EntryHeader | null; readonly reason: string };

export interface Patience {
  /** How long they must go on differing, ms. */
  readonly settleMs: number;
  readonly signal: AbortSignal;
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

interface ReadEntry extends Entry {
  readonly cached: unknown;
}

interface Compared {
  readonly entry: ReadEntry;
  readonly fence: Fence;
  readonly mark: Mark;
}

/**
 * Compares what Redis holds under a key with what its source gives. They differ for a while whenever the source changes: it
 * is drift only if the same entry, not invalidated meanwhile by anybody, still differs from what the source gives later. The
 * source is asked only where it has room. No look-up is counted; a GET reaches Redis.
 */
export async function compareEntry(
  around: ReadSurroundings,
  request: Request<unknown>,
  patience: Patience,
): Promise<Comparison> {
  const entry = await readEntry(around, request);
  if (entry === 'missing') return { state: 'missing' };
  if (entry === 'away') return { state: 'unknown', header: null, reason: 'Redis did not answer' };
  const fence = new Fence(request.key, request.owner);
  around.loads.addUnjoined(fence);
  try {
    const mark = await readMark(around);
    if (mark === null) return { state: 'unknown', header: entry.header, reason: 'Redis did not answer' };
    return await compareTwice(around, request, { entry, fence, mark, patience });
  } catch (error) {
    return { state: 'unknown', header: entry.header, reason: `The load failed: ${textOf(error)}` };
  } finally {
    around.loads.end(fence);
  }
}

async function compareTwice(
  around: ReadSurroundings,
  request: Request<unknown>,
  { patience, ...compared }: Compared & { readonly patience: Patience },
): Promise<Comparison> {
  const { header, cached } = compared.entry;
  const busy: Comparison = { state: 'unknown', header, reason: 'The source has no room' };
  const first = await loadSource(around, request);
  if (first === null) return busy;
  if (isSame(around.serialiser, compared.entry, first.value)) {
    return { state: 'same', header, cached, source: first.value };
  }
  await patience.pause(patience.settleMs, patience.signal);
  if (patience.signal.aborted) return { state: 'unknown', header, reason: 'The cache was closed' };
  const second = await loadSource(around, request);
  if (second === null) return busy;
  if (isSame(around.serialiser, compared.entry, second.value)) return { state: 'changed', header };
  // Last, so that whatever the second load saw has had its time to reach the entry.
  const tags = [cached, first.value, second.value].flatMap((value) => tagsOf(request, value));
  const moved = await hasMoved(around, request.key, { ...compared, tags });
  if (moved === 'unknown') return { state: 'unknown', header, reason: 'Redis did not answer' };
  return moved ? { state: 'changed', header } : { state: 'drifted', header, cached, source: second.value };
}

async function readEntry(
  around: ReadSurroundings,
  { key, owner }: Request<unknown>,
): Promise<ReadEntry | 'missing' | 'away'> {
  if (around.queued.modeOfKey(key) !== null) return 'missing';
  const outcome = await around.transport.run((redis) => redis.getBuffer(key));
  if (!outcome.isDone) {
    around.events.emit('fallback', { operation: 'get', code: outcome.code, error: outcome.error });
    return 'away';
  }
  const entry = outcome.reply === null ? null : decodeEntry(outcome.reply);
  // What no look-up would serve, and what a soft invalidation has marked, is as good as gone.
  if (entry === null || entry.header.softExpiryAtMs === 0) return 'missing';
  if (!isSameOwner(entry.header.owner, owner)) return 'missing';
  if (entry.header.isNegative) return { ...entry, cached: absent() };
  try {
    return { ...entry, cached: around.serialiser.decode<unknown>(entry.payload) };
  } catch {
    return 'missing';
  }
}

/** Null when the source has no room. Rejects with what the loader threw. */
async function loadSource(
  around: ReadSurroundings,
  request: Request<unknown>,
): Promise<{ readonly value: unknown } | null> {
  return around.guard.tryRun(guarded(request));
}

/** By the bytes, and where those differ (the order of fields, say) by what they stand for. */
function isSame(serialiser: Serialiser, { header, payload, cached }: ReadEntry, value: unknown): boolean {
  if (header.isNegative || value === undefined) return header.isNegative && value === undefined;
  let bytes: Uint8Array;
  try {
    bytes = serialiser.encode(value);
  } catch {
    return false;
  }
  return payload.equals(bytes) || isDeepStrictEqual(cached, serialiser.decode(bytes));
}

/** Whether the entry was replaced, marked or removed, or is about to be: an invalidation that covers it has been raised. */
async function hasMoved(
  around: ReadSurroundings,
  key: string,
  { entry, fence, mark, tags }: Compared & { readonly tags: readonly string[] },
): Promise<boolean | 'unknown'> {
  if (fence.isOutdated(tags) || around.queued.modeOfKey(key) !== null) return true;
  const now = await readHeader(around.transport, key);
  if (!now.isDone) return 'unknown';
  if (now.reply === null || !isDeepStrictEqual(now.reply, entry.header)) return true;
  const fenced = await around.entries.isFenced(mark, key, [...new Set(tags)]);
  return fenced.isDone ? fenced.reply : 'unknown';
}

function tagsOf(request: Request<unknown>, value: unknown): readonly string[] {
  try {
    return value === undefined ? [] : (request.tagsOf(value) ?? []);
  } catch {
    return [];
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
