import type { CacheErrorCode } from '#cache/cacheError.ts';
import { CacheError } from '#cache/cacheError.ts';
import type { EntryStore, Mark } from '#cache/entries/entryStore.ts';
import type { Broadcaster } from '#cache/invalidate/broadcaster.ts';
import type { Invalidation } from '#cache/invalidate/invalidation.ts';
import type { Invalidator } from '#cache/invalidate/invalidator.ts';
import type { Request } from '#cache/keys/policy.ts';
import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { checkValue } from '#cache/read/checkValue.ts';
import { encodeEntry } from '#cache/store/entryFormat.ts';
import { livesOf, type PreparedEntry, type PrepareSurroundings, prepareEntry } from './prepareEntry.ts';

export interface WriteSurroundings extends PrepareSurroundings {
  readonly entries: EntryStore;
  readonly events: CacheEvents;
  readonly invalidator: Invalidator;
  readonly broadcaster: Broadcaster;
}

export type WriteResult =
  | { readonly state: 'stored' }
  /** Something newer is in place, or came meanwhile. */
  | { readonly state: 'outdated' }
  | { readonly state: 'failed'; readonly code: CacheErrorCode };

/**
 * Stores a value now. A load of the key under way anywhere is not stored after it, and the other instances drop what they hold
 * of it. When Redis does not confirm it, what it replaces is queued for deletion. Throws `invalidValue`, `tooManyTags` and
 * `badOptions`.
 */
export async function setEntry<Value>(
  around: WriteSurroundings,
  request: Request<Value>,
  value: Value,
): Promise<WriteResult> {
  const checked = await checkValue(request, value);
  return storeWritten(around, request, { value: checked, mark: null });
}

export interface Written<Value> {
  readonly value: Value;
  /** The mark that the write has held since before it changed the source; null = there was no source to change. */
  readonly mark: Mark | null;
}

/** The second half of a write: the value is checked, and the source has it. */
export async function storeWritten<Value>(
  around: WriteSurroundings,
  request: Request<Value>,
  { value, mark }: Written<Value>,
): Promise<WriteResult> {
  const { key, policy } = request;
  const entry = prepare(around, request, value);
  if (entry === null) return { state: 'failed', code: 'unserialisable' };
  const { freshMs, ttlMs } = livesOf(entry, policy.staleMs);
  const invalidation: Invalidation = { kind: 'key', target: key, mode: 'hard', source: 'key' };
  around.invalidator.drop(invalidation);
  const outcome = await around.entries.store({
    key,
    ttlMs,
    mark,
    bytes: encodeEntry(entry.header, entry.payload),
    tags: entry.tags,
    isWrite: true,
    version: entry.header.version,
    isOutdated: () => false,
  });
  around.invalidator.drop(invalidation);
  if (!outcome.isDone) {
    around.events.emit('fallback', { operation: 'set', code: outcome.code, error: outcome.error });
    await around.invalidator.invalidate(invalidation);
    return { state: 'failed', code: outcome.code };
  }
  if (outcome.reply === 'outdated') {
    around.events.emit('outdated', { pattern: policy.pattern });
    return { state: 'outdated' };
  }
  around.events.emit('stored', {
    pattern: policy.pattern,
    ttlSeconds: freshMs / 1_000,
    tags: entry.tags ?? [],
  });
  const sent = await around.broadcaster.send(invalidation);
  if (!sent.isDone) await around.invalidator.invalidate(invalidation);
  return { state: 'stored' };
}

/** Null when the value has no form: then nothing is stored, and it is counted. */
function prepare<Value>(
  around: WriteSurroundings,
  request: Request<Value>,
  value: Value,
): PreparedEntry | null {
  try {
    return prepareEntry(around, request, { value, loadMs: 0 });
  } catch (error) {
    if (!(error instanceof CacheError) || error.code !== 'unserialisable') throw error;
    around.events.emit('fallback', { operation: 'set', code: 'unserialisable', error });
    return null;
  }
}
