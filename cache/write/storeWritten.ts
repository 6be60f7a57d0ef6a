import type { CacheErrorCode } from '#cache/cacheError.ts';
import { CacheError } from '#cache/cacheError.ts';
import type { EntryStore, Mark } from '#cache/entries/entryStore.ts';
import type { Broadcaster } from '#cache/invalidate/broadcaster.ts';
import type { Invalidation } from '#cache/invalidate/invalidation.ts';
import type { Invalidator } from '#cache/invalidate/invalidator.ts';
import type { Request } from '#cache/keys/policy.ts';
import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
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

export interface Written<Value> {
  readonly value: Value;
  /** What it took to get the value, ms; 0 = it was at hand. */
  readonly loadMs: number;
  /** The mark that the write has held since before it changed the source; null = there was no source to change. */
  readonly mark: Mark | null;
}

/**
 * Stores a value that was checked and that its source has, and tells the other instances to drop what they hold of it. Unless
 * the result is `stored`, what stands in Redis and in the other instances may be older: the caller decides what becomes of it.
 */
export async function storeWritten<Value>(
  around: WriteSurroundings,
  request: Request<Value>,
  written: Written<Value>,
): Promise<WriteResult> {
  const { key, policy } = request;
  const entry = prepare(around, request, written);
  if (entry === null) return { state: 'failed', code: 'unserialisable' };
  const { freshMs, ttlMs } = livesOf(entry, policy.staleMs);
  const invalidation = invalidationOf(key);
  around.invalidator.drop(invalidation);
  const outcome = await around.entries.store({
    key,
    ttlMs,
    mark: written.mark,
    bytes: encodeEntry(entry.header, entry.payload),
    tags: entry.tags,
    isWrite: true,
    version: entry.header.version,
    isOutdated: () => false,
  });
  around.invalidator.drop(invalidation);
  if (!outcome.isDone) {
    around.events.emit('fallback', { operation: 'set', code: outcome.code, error: outcome.error });
    return { state: 'failed', code: outcome.code };
  }
  if (outcome.reply === 'outdated') {
    around.events.emit('outdated', { pattern: policy.pattern });
    return { state: 'outdated' };
  }
  const ttlSeconds = freshMs / 1_000;
  around.events.emit('stored', { pattern: policy.pattern, ttlSeconds, tags: entry.tags ?? [] });
  const sent = await around.broadcaster.send(invalidation);
  return sent.isDone ? { state: 'stored' } : { state: 'failed', code: sent.code };
}

/** The wish that what stands under a key be no longer served. */
export function invalidationOf(key: string): Invalidation {
  return { kind: 'key', target: key, mode: 'hard', source: 'key' };
}

/** Null when the value has no form: then nothing is stored, and it is counted. */
function prepare<Value>(
  around: WriteSurroundings,
  request: Request<Value>,
  written: Written<Value>,
): PreparedEntry | null {
  try {
    return prepareEntry(around, request, written);
  } catch (error) {
    if (!(error instanceof CacheError) || error.code !== 'unserialisable') throw error;
    around.events.emit('fallback', { operation: 'set', code: 'unserialisable', error });
    return null;
  }
}
