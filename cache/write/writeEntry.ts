import type { CacheErrorCode } from '#cache/cacheError.ts';
import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { encodeEntry } from '#cache/store/entryFormat.ts';
import { parseTexts } from '#cache/store/parseReply.ts';
import type { CommandArgument, Outcome, RedisTransport } from '#cache/store/redisTransport.ts';
import { writeEntryScript } from '#cache/store/tagIndexScripts.ts';
import { keyTagsKeyName, tagKeyName } from '#shared/tags/simpleTagLayout.ts';

export interface EntryToWrite {
  /** Whole name in Redis. */
  readonly key: string;
  readonly pattern: string;
  readonly payload: Uint8Array;
  readonly ttlSeconds: number;
  readonly jitterRatio: number;
  /** Null = the entry never has tags, and is written without the index. */
  readonly tags: readonly string[] | null;
  readonly loadMs: number;
  /** Asked before each command: true = an invalidation came between, and the value must not be stored. */
  isOutdated(): boolean;
}

export interface WriteSurroundings {
  readonly transport: RedisTransport;
  readonly events: CacheEvents;
  readonly prefix: string;
  readonly clock: () => number;
  readonly random: () => number;
}

export type WriteResult =
  | { readonly state: 'stored' }
  /** An invalidation came while the value was loaded. */
  | { readonly state: 'outdated' }
  | { readonly state: 'failed'; readonly code: CacheErrorCode };

/** A tag set outlives its longest-lived member by this, ms, so that it never goes first. */
const TAG_TTL_MARGIN_MS = 60_000;

/** Runs of the script before giving up: tags can change under it only while another instance writes the same key. */
const MAX_ATTEMPTS = 4;

/** Stores an entry: one SET, or one script when it has tags (two when its tags changed). */
export async function writeEntry(around: WriteSurroundings, entry: EntryToWrite): Promise<WriteResult> {
  const ttlMs = Math.max(1, Math.round(entry.ttlSeconds * 1_000 * (1 - entry.jitterRatio * around.random())));
  const header = { softExpiryAtMs: around.clock() + ttlMs, loadMs: entry.loadMs, version: 0 };
  const bytes = encodeEntry(header, entry.payload);
  if (entry.isOutdated()) return { state: 'outdated' };
  const outcome =
    entry.tags === null
      ? await around.transport.run((redis) => redis.set(entry.key, bytes, 'PX', ttlMs))
      : await writeWithTags({ around, entry, bytes, ttlMs, tags: entry.tags });
  if (outcome === 'outdated') return { state: 'outdated' };
  if (!outcome.isDone) {
    around.events.emit('fallback', { operation: 'set', code: outcome.code, error: outcome.error });
    return { state: 'failed', code: outcome.code };
  }
  around.events.emit('stored', { pattern: entry.pattern, ttlSeconds: ttlMs / 1_000 });
  return { state: 'stored' };
}

interface TaggedWrite {
  readonly around: WriteSurroundings;
  readonly entry: EntryToWrite;
  readonly bytes: Buffer;
  readonly ttlMs: number;
  readonly tags: readonly string[];
}

async function writeWithTags(write: TaggedWrite): Promise<Outcome<unknown> | 'outdated'> {
  const { around, entry, tags } = write;
  const leaving = new Set<string>();
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    if (entry.isOutdated()) return 'outdated';
    const outcome = await writeEntryScript.run(around.transport, scriptCall(write, [...leaving]));
    if (!outcome.isDone) return entry.isOutdated() ? 'outdated' : outcome;
    const unnamed = parseTexts(outcome.reply);
    if (unnamed.length === 0) return outcome;
    for (const tag of unnamed) if (!tags.includes(tag)) leaving.add(tag);
  }
  return { isDone: false, code: 'refused', error: null };
}

function scriptCall({ around, entry, bytes, ttlMs, tags }: TaggedWrite, leaving: readonly string[]) {
  const tagKeys = [...tags, ...leaving].map((tag) => tagKeyName(around.prefix, tag));
  const args: CommandArgument[] = [bytes, ttlMs, ttlMs + TAG_TTL_MARGIN_MS, tags.length, ...tags, ...leaving];
  return {
    keys: [entry.key, keyTagsKeyName(around.prefix, entry.key), ...tagKeys],
    args,
    isOutdated: () => entry.isOutdated(),
  };
}
