import { CacheError } from '#cache/cacheError.ts';
import { absent } from '#cache/keys/absent.ts';
import type { Request } from '#cache/keys/policy.ts';
import { freezeDeep } from '#cache/memory/freezeDeep.ts';
import { type MemoryEntry, memoryBytes } from '#cache/memory/memoryStore.ts';
import type { EntryHeader } from '#cache/store/entryFormat.ts';
import type { Serialiser } from '#cache/store/serialiser.ts';

/** A value in the form in which it is kept. */
export interface PreparedEntry {
  readonly header: EntryHeader;
  readonly payload: Uint8Array;
  /** Null = entries of this kind never have tags. */
  readonly tags: readonly string[] | null;
}

export interface PrepareSurroundings {
  readonly serialiser: Serialiser;
  readonly clock: () => number;
  readonly random: () => number;
}

const NO_PAYLOAD = new Uint8Array(0);

/**
 * Gives a value its header, bytes and tags; undefined becomes "not found" where the family keeps that. Throws
 * `unserialisable`, `tooManyTags`, `badOptions` for a tag or version that is none, and what the family's rules throw.
 */
export function prepareEntry<Value>(
  around: PrepareSurroundings,
  request: Request<Value>,
  { value, loadMs }: { readonly value: Value; readonly loadMs: number },
): PreparedEntry {
  const { jitterRatio, negativeTtlMs } = request.policy;
  const isNegative = value === undefined && negativeTtlMs !== null;
  const storedAtMs = around.clock();
  const ttlMs = isNegative ? negativeTtlMs : request.ttlMs;
  const freshMs = Math.max(1, Math.round(ttlMs * (1 - jitterRatio * around.random())));
  const header = {
    isNegative,
    isTagged: false,
    softExpiryAtMs: storedAtMs + freshMs,
    loadMs,
    version: isNegative ? 0 : request.versionOf(value),
    storedAtMs,
    owner: request.owner,
  };
  // Tags follow from a value, and there is none: what has tags is written through the index all the same.
  if (isNegative) return { header, payload: NO_PAYLOAD, tags: request.hasTags ? [] : null };
  const payload = encode(around.serialiser, value);
  const tags = request.tagsOf(value);
  return { header: { ...header, isTagged: tags !== null && tags.length > 0 }, payload, tags };
}

/** How long the entry is fresh, ms, and how long Redis keeps it. */
export function livesOf(
  { header }: PreparedEntry,
  staleMs: number,
): { readonly freshMs: number; readonly ttlMs: number } {
  const freshMs = Math.max(1, header.softExpiryAtMs - header.storedAtMs);
  return { freshMs, ttlMs: header.isNegative ? freshMs : freshMs + staleMs };
}

/** The entry as memory holds it: with a frozen copy of its own, since the value belongs to who loaded it. */
export function holdEntry<Value>(
  serialiser: Serialiser,
  { key, policy }: Pick<Request<Value>, 'key' | 'policy'>,
  { header, payload, tags }: PreparedEntry,
): MemoryEntry {
  const value = header.isNegative ? absent<Value>() : freezeDeep(serialiser.decode<Value>(payload));
  const freshUntilMs = header.softExpiryAtMs;
  return {
    header,
    value,
    tags: tags ?? [],
    freshUntilMs,
    staleUntilMs: header.isNegative ? freshUntilMs : freshUntilMs + policy.staleMs,
    bytes: memoryBytes(key, payload.length),
  };
}

function encode(serialiser: Serialiser, value: unknown): Uint8Array {
  try {
    return serialiser.encode(value);
  } catch (error) {
    throw new CacheError('unserialisable', 'The value has no form in the serialiser.', { cause: error });
  }
}
