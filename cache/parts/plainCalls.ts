import type { CacheCore } from '#cache/cacheCore.ts';
import { CacheError } from '#cache/cacheError.ts';
import type { InvalidateOptions } from '#cache/families/familyCalls.ts';
import type { InvalidationResult } from '#cache/invalidate/invalidation.ts';
import { checkLives, type EntryLives, policyOf } from '#cache/keys/entryLives.ts';
import { PlainRequest } from '#cache/keys/familyRequest.ts';
import { checkKeyPattern } from '#cache/keys/keyPattern.ts';
import { wholeKey } from '#cache/keys/wholeKey.ts';
import { ownerHash } from '#cache/store/ownerHash.ts';
import type { WriteResult } from '#cache/write/storeWritten.ts';
import { checkTag, checkTags } from '#cache/write/tagLimits.ts';

export interface EntryOptions extends EntryLives {
  readonly tags?: readonly string[];
  /** Whose the entry is: an entry of another owner found under the key is not served. */
  readonly owner?: string | number;
  /** Names the kind of key in metrics, without prefix: `session:{token}`. Without it the key counts under `other`. */
  readonly pattern?: string;
}

export interface GetOrSetOptions extends EntryOptions {
  /** How long this caller waits, ms; past it `waitTimeout` is thrown to this caller alone. */
  readonly waitTimeoutMs?: number;
}

/** The calls that need no family. Keys are without the prefix. */
export interface PlainCalls {
  /** The stored value, or the one that `load` gives. Rejects with what `load` threw, never because Redis is away. */
  getOrSet<Value>(
    key: string,
    load: (signal: AbortSignal) => Promise<Value>,
    options: GetOrSetOptions,
  ): Promise<Value>;
  set(key: string, value: unknown, options: EntryOptions): Promise<WriteResult>;
  /** Removes an entry. A structure under the key stays: it has a `delete` of its own. */
  delete(key: string, options?: InvalidateOptions): Promise<InvalidationResult>;
  /** Removes all entries that carry the tag, or any of the tags: SSCAN and one script for each 100 entries. */
  invalidateTag(tags: string | readonly string[], options?: InvalidateOptions): Promise<InvalidationResult>;
  /**
   * Removes all entries whose key matches, `*` standing for any text: SCAN over the whole keyspace, so prefer tags. Throws
   * `patternTooBroad` for a pattern that means everything.
   */
  invalidatePattern(pattern: string, options?: InvalidateOptions): Promise<InvalidationResult>;
  /**
   * Raises the version of a namespace: all entries of its families are out of reach at once, and age out. Throws `badOptions` for
   * one that no family has.
   */
  invalidateNamespace(namespace: string): Promise<InvalidationResult>;
}

export function plainCalls(core: CacheCore): PlainCalls {
  const { prefix } = core.settings;
  return {
    getOrSet: async (key, load, options) => core.lookUp(requestOf(core, key, { ...options, load })),
    set: async (key, value, options) =>
      core.set(requestOf<unknown>(core, key, { ...options, load: null }), value),
    delete: async (key, { mode = 'hard' } = {}) =>
      core.invalidate({ kind: 'key', target: wholeKey(prefix, key), mode, source: 'key' }),
    invalidateTag: async (tags, { mode = 'hard' } = {}) => {
      const all = [...new Set(typeof tags === 'string' ? [tags] : tags)];
      for (const tag of all) checkTag(tag);
      const results: InvalidationResult[] = [];
      for (const target of all) {
        results.push(await core.invalidate({ kind: 'tag', target, mode, source: 'tag' }));
      }
      return sumOf(results);
    },
    invalidatePattern: async (pattern, { mode = 'hard' } = {}) => {
      const target = checkKeyPattern(prefix, pattern);
      return core.invalidate({ kind: 'pattern', target, mode, source: 'pattern' });
    },
    invalidateNamespace: async (namespace) => {
      checkNamespace(core, namespace);
      return core.invalidate({ kind: 'version', target: namespace, mode: 'hard', source: 'version' });
    },
  };
}

function checkNamespace({ patterns }: CacheCore, namespace: string): void {
  if (patterns.namespaces.has(namespace)) return;
  const known = [...patterns.namespaces].join(', ');
  throw new CacheError(
    'badOptions',
    `No family has the namespace "${namespace}". Known are: ${known || 'none'}.`,
  );
}

/** Of several: done only when all are, and else as the worst of them. */
function sumOf(results: readonly InvalidationResult[]): InvalidationResult {
  const removedCount = results.reduce((sum, result) => sum + result.removedCount, 0);
  const worst =
    results.find(({ state }) => state === 'failed') ?? results.find(({ state }) => state === 'queued');
  return worst === undefined ? { state: 'done', removedCount } : { ...worst, removedCount };
}

interface PlainCall<Value> extends GetOrSetOptions {
  readonly load: ((signal: AbortSignal) => Promise<Value>) | null;
}

function requestOf<Value>(core: CacheCore, key: string, call: PlainCall<Value>): PlainRequest<Value> {
  checkLives(call, key);
  const pattern = core.patterns.ofCall(call.pattern);
  return new PlainRequest(
    {
      key: wholeKey(core.settings.prefix, key),
      policy: policyOf(call, { pattern, schema: undefined }),
      ttlMs: call.ttlSeconds * 1_000,
      owner: ownerHash(call.owner),
      waitTimeoutMs: call.waitTimeoutMs,
    },
    {
      tags: call.tags === undefined ? null : checkTags(call.tags, core.settings.maxTagsPerEntry),
      load: call.load,
    },
  );
}
