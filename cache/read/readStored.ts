import type { CacheErrorCode } from '#cache/cacheError.ts';
import type { InvalidationMode } from '#cache/entries/entryStore.ts';
import { harderOf } from '#cache/invalidate/invalidation.ts';
import { absent } from '#cache/keys/absent.ts';
import type { Request } from '#cache/keys/policy.ts';
import type { LookupMissReason } from '#cache/metrics/cacheEvents.ts';
import { decodeEntry, type EntryHeader, isSameOwner } from '#cache/store/entryFormat.ts';
import { checkValue } from './checkValue.ts';
import type { ReadSurroundings } from './readSurroundings.ts';

/** An entry as Redis holds it, decoded and checked. */
export interface StoredEntry<Value> {
  readonly header: EntryHeader;
  readonly payload: Buffer;
  readonly value: Value;
}

/** Why there is no entry to serve, though Redis answered or need not be asked. */
export type Unserved = Exclude<LookupMissReason, 'expired' | 'error'>;

/** `away`: Redis did not answer, and nothing is known of the entry. */
export type StoredRead<Value> = StoredEntry<Value> | Unserved | 'away';

/**
 * Reads a key from Redis: one GET. What cannot be used is missing, and counted as a fallback. An invalidation that is still to
 * reach Redis has its effect here already.
 */
export async function readStored<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
): Promise<StoredRead<Value>> {
  const { key } = request;
  const keyMode = around.queued.modeOfKey(key);
  if (keyMode === 'hard') return 'invalidated';
  const outcome = await around.reads.read(key);
  if (!outcome.isDone) {
    around.events.emit('fallback', { operation: 'get', code: outcome.code, error: outcome.error });
    return 'away';
  }
  around.memory.dropFallback(key);
  const result = outcome.reply === null ? 'miss' : 'hit';
  around.events.emit('layerLookup', { pattern: request.policy.pattern, layer: 'l2', result });
  if (outcome.reply === null) return 'absent';
  const stored = await decodeStored(around, request, outcome.reply);
  if (typeof stored === 'string') return stored;
  const mode = harderOf(keyMode, queuedModeOfTags(around, request, stored));
  if (mode === null) return stored;
  return mode === 'hard' ? 'invalidated' : { ...stored, header: { ...stored.header, softExpiryAtMs: 0 } };
}

/** Of an invalidation of its tags; only a request that knows the tags can tell. */
function queuedModeOfTags<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  { header, value }: StoredEntry<Value>,
): InvalidationMode | null {
  if (!header.isTagged || around.queued.queuedCount === 0) return null;
  try {
    return around.queued.modeOfTags(request.tagsOf(value) ?? []);
  } catch {
    return 'hard';
  }
}

async function decodeStored<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  bytes: Buffer,
): Promise<StoredEntry<Value> | Unserved> {
  const unusable = (reason: Unserved, code: CacheErrorCode, error: unknown): Unserved => {
    around.events.emit('fallback', { operation: 'get', code, error });
    return reason;
  };
  const entry = decodeEntry(bytes);
  if (entry === null) return unusable('undecodable', 'undecodable', null);
  const { header, payload } = entry;
  // An entry without an owner is no proof of whose it is: it must be nobody's for both.
  if (!isSameOwner(header.owner, request.owner)) {
    around.events.emit('scopeViolation', { pattern: request.policy.pattern, key: request.key });
    return unusable('scope', 'wrongOwner', null);
  }
  if (header.isNegative) {
    // A family that no longer keeps "not found" asks its source again.
    return request.policy.negativeTtlMs === null ? 'absent' : { header, payload, value: absent() };
  }
  let value: Value;
  try {
    value = around.serialiser.decode<Value>(payload);
  } catch (error) {
    return unusable('undecodable', 'undecodable', error);
  }
  if (request.policy.schema === undefined) return { header, payload, value };
  try {
    return { header, payload, value: await checkValue(request, value) };
  } catch (error) {
    return unusable('invalid', 'invalid', error);
  }
}
