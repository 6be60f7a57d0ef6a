import { type BoundFamilies, bindFamilies, type InvalidateOptions } from './boundFamily.ts';
import { CacheCore } from './cacheCore.ts';
import { CacheError } from './cacheError.ts';
import { type CacheOptions, prepareSettings } from './cacheOptions.ts';
import type { InvalidationResult } from './invalidate/invalidation.ts';
import { checkLives, type EntryLives, policyOf } from './keys/entryLives.ts';
import type { Families } from './keys/family.ts';
import { PlainRequest } from './keys/familyRequest.ts';
import { isReservedName } from './keys/isReservedName.ts';
import { checkKeyPattern } from './keys/keyPattern.ts';
import { ownerHash } from './keys/ownerHash.ts';
import { PatternNames } from './keys/patternNames.ts';
import type { CacheEvents } from './metrics/cacheEvents.ts';
import { recordMetrics } from './metrics/prometheusMetrics.ts';
import type { WriteResult } from './write/storeWritten.ts';
import { checkTag, checkTags } from './write/tagLimits.ts';

export type {
  BoundFamily,
  FamilyCallOptions,
  FamilyWriteOptions,
  GetManyOptions,
  InvalidateOptions,
  SettledValue,
} from './boundFamily.ts';
export { CacheError, type CacheErrorCode } from './cacheError.ts';
export type { CacheOptions, MemoryLayerOptions } from './cacheOptions.ts';
export type { InvalidationMode } from './entries/entryStore.ts';
export type { InvalidationResult } from './invalidate/invalidation.ts';
export type { EntryLives } from './keys/entryLives.ts';
export { type Family, type FamilyOptions, family } from './keys/family.ts';
export type { FieldsOf } from './keys/keyTemplate.ts';
export type { Lookup } from './keys/lookup.ts';
export type { CacheEventMap } from './metrics/cacheEvents.ts';
export type { RedisClient } from './store/redisClient.ts';
export type { Serialiser } from './store/serialiser.ts';
export type { StandardSchema } from './validate/standardSchema.ts';
export type { WriteResult } from './write/storeWritten.ts';
export type { PutResult } from './write/writeThrough.ts';

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
export interface CacheCalls {
  /** The stored value, or the one that `load` gives. Rejects with what `load` threw, never because Redis is away. */
  getOrSet<Value>(
    key: string,
    load: (signal: AbortSignal) => Promise<Value>,
    options: GetOrSetOptions,
  ): Promise<Value>;
  set(key: string, value: unknown, options: EntryOptions): Promise<WriteResult>;
  delete(key: string, options?: InvalidateOptions): Promise<InvalidationResult>;
  /** Removes all entries that carry the tag, or any of the tags: SSCAN and one script for each 100 entries. */
  invalidateTag(tags: string | readonly string[], options?: InvalidateOptions): Promise<InvalidationResult>;
  /**
   * Removes all entries whose key matches, `*` standing for any text: SCAN over the whole keyspace, so prefer tags. Throws
   * `patternTooBroad` for a pattern that means everything.
   */
  invalidatePattern(pattern: string, options?: InvalidateOptions): Promise<InvalidationResult>;
  /** Raises the version of a namespace: all entries of its families are out of reach at once, and age out. */
  invalidateNamespace(namespace: string): Promise<InvalidationResult>;
  /** A family by a name known only at run time. Throws `unknownFamily`. */
  family(name: string): BoundFamilies<Families>[string];
  /** The metrics in Prometheus' text format. */
  metrics(): Promise<string>;
  /** Tells what the metrics are counted from; returns the function that ends the listening. */
  on: CacheEvents['on'];
  /**
   * Waits for what is being stored, and tries once more what Redis has not confirmed. From then on calls go straight to their
   * loaders; the client stays open. Returns how many invalidations are lost with the process.
   */
  close(): Promise<{ readonly lostInvalidationCount: number }>;
}

export type Cache<F extends Families> = CacheCalls & BoundFamilies<F>;

const callNames = [
  'getOrSet',
  'set',
  'delete',
  'invalidateTag',
  'invalidatePattern',
  'invalidateNamespace',
  'family',
  'metrics',
  'on',
  'close',
  'then',
];

/**
 * A cache of one service on Redis: cache-aside with a TTL on every entry, tags, and one load for concurrent misses.
 * Throws `badOptions` and `reservedFamilyName`. With `l1` it opens one connection of its own, to hear invalidations.
 *
 *     const cache = createCache({ redis, service: 'catalog', families: {
 *       product: family({ key: 'product:{id}', ttlSeconds: 600, load: ({ id }) => readProduct(id) }),
 *     } });
 *     const product = await cache.product.get({ id: 42 });
 */
export function createCache<F extends Families>(options: CacheOptions<F>): Cache<F> {
  const settings = prepareSettings(options, callNames);
  const templates = Object.values(options.families).flatMap(({ template, lookupTemplates }) => [
    template,
    ...lookupTemplates.values(),
  ]);
  const core = new CacheCore(settings, new PatternNames(settings.prefix, templates));
  recordMetrics(core.events, settings.registry, settings);
  const families = bindFamilies(core, options.families);
  core.start();
  return { ...families, ...prepareCalls(core, families) };
}

function prepareCalls(core: CacheCore, families: BoundFamilies<Families>): CacheCalls {
  return {
    getOrSet: async (key, load, options) => core.lookUp(requestOf(core, key, { ...options, load })),
    set: async (key, value, options) =>
      core.set(requestOf<unknown>(core, key, { ...options, load: null }), value),
    ...prepareInvalidations(core),
    family: (name) => {
      const found = Object.hasOwn(families, name) ? families[name] : undefined;
      if (found !== undefined) return found;
      const known = Object.keys(families).join(', ');
      throw new CacheError(
        'unknownFamily',
        `No family "${name}" is declared. Declared are: ${known || 'none'}.`,
      );
    },
    metrics: () => core.settings.registry.metrics(),
    on: (name, listener) => core.events.on(name, listener),
    close: () => core.close(),
  };
}

function prepareInvalidations(
  core: CacheCore,
): Pick<CacheCalls, 'delete' | 'invalidateTag' | 'invalidatePattern' | 'invalidateNamespace'> {
  return {
    delete: async (key, { mode = 'hard' } = {}) =>
      core.invalidate({ kind: 'key', target: fullKey(core, key), mode, source: 'key' }),
    invalidateTag: async (tags, { mode = 'hard' } = {}) => {
      const all = [...new Set(typeof tags === 'string' ? [tags] : tags)];
      for (const tag of all) checkTag(tag);
      const results: InvalidationResult[] = [];
      for (const target of all)
        results.push(await core.invalidate({ kind: 'tag', target, mode, source: 'tag' }));
      return sumOf(results);
    },
    invalidatePattern: async (pattern, { mode = 'hard' } = {}) => {
      const target = checkKeyPattern(core.settings.prefix, pattern);
      return core.invalidate({ kind: 'pattern', target, mode, source: 'pattern' });
    },
    invalidateNamespace: async (namespace) =>
      core.invalidate({ kind: 'version', target: namespace, mode: 'hard', source: 'version' }),
  };
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
      key: fullKey(core, key),
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

function fullKey(core: CacheCore, key: string): string {
  if (typeof key !== 'string' || key === '' || !key.isWellFormed()) {
    throw new CacheError('badField', 'A key is a non-empty text.');
  }
  if (isReservedName(key)) {
    throw new CacheError(
      'reservedKey',
      `Keys with a tag:, key-tags: or cachescope: segment are kept for the cache itself: ${key}`,
    );
  }
  return core.settings.prefix + key;
}
