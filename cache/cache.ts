import { isIndexKeyName } from '#shared/tags/simpleTagLayout.ts';
import { type BoundFamilies, bindFamilies } from './boundFamily.ts';
import { CacheCore, type CoreEntry } from './cacheCore.ts';
import { CacheError } from './cacheError.ts';
import { type CacheOptions, prepareSettings } from './cacheOptions.ts';
import type { InvalidationResult } from './invalidate/invalidationResult.ts';
import { checkTtl, DEFAULT_JITTER_RATIO, type Families } from './keys/family.ts';
import { PatternNames } from './keys/patternNames.ts';
import type { CacheEvents } from './metrics/cacheEvents.ts';
import { recordMetrics } from './metrics/prometheusMetrics.ts';
import { checkTags } from './write/tagLimits.ts';
import type { WriteResult } from './write/writeEntry.ts';

export type { BoundFamily, FamilyCallOptions } from './boundFamily.ts';
export { CacheError, type CacheErrorCode } from './cacheError.ts';
export type { CacheOptions } from './cacheOptions.ts';
export type { InvalidationResult } from './invalidate/invalidationResult.ts';
export { type Family, type FamilyOptions, family } from './keys/family.ts';
export type { FieldsOf } from './keys/keyTemplate.ts';
export type { CacheEventMap } from './metrics/cacheEvents.ts';
export type { RedisClient } from './store/redisClient.ts';
export type { Serialiser } from './store/serialiser.ts';
export type { StandardSchema } from './validate/standardSchema.ts';
export type { WriteResult } from './write/writeEntry.ts';

export interface EntryOptions {
  /** Longest life of the entry, seconds. */
  readonly ttlSeconds: number;
  /** 0-1. @default 0.1 */
  readonly jitterRatio?: number;
  readonly tags?: readonly string[];
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
  delete(key: string): Promise<InvalidationResult>;
  /** Removes all entries that carry the tag, or any of the tags: SSCAN and one script for each 100 entries. */
  invalidateTag(tags: string | readonly string[]): Promise<InvalidationResult>;
  /** A family by a name known only at run time. Throws `unknownFamily`. */
  family(name: string): BoundFamilies<Families>[string];
  /** The metrics in Prometheus' text format. */
  metrics(): Promise<string>;
  /** Tells what the metrics are counted from; returns the function that ends the listening. */
  on: CacheEvents['on'];
  /** Waits for what is being stored. From then on calls go straight to their loaders; the client stays open. */
  close(): Promise<void>;
}

export type Cache<F extends Families> = CacheCalls & BoundFamilies<F>;

const callNames = ['getOrSet', 'set', 'delete', 'invalidateTag', 'family', 'metrics', 'on', 'close', 'then'];

/**
 * A cache of one service on Redis: cache-aside with a TTL on every entry, tags, and one load for concurrent misses.
 * Throws `badOptions` and `reservedFamilyName`; opens no connection of its own.
 *
 *     const cache = createCache({ redis, service: 'catalog', families: {
 *       product: family({ key: 'product:{id}', ttlSeconds: 600, load: ({ id }) => readProduct(id) }),
 *     } });
 *     const product = await cache.product.get({ id: 42 });
 */
export function createCache<F extends Families>(options: CacheOptions<F>): Cache<F> {
  const settings = prepareSettings(options, callNames);
  const templates = Object.values(options.families).map((declared) => declared.template);
  const core = new CacheCore(settings, new PatternNames(settings.prefix, templates));
  recordMetrics(core.events, settings.registry, settings);
  const families = bindFamilies(core, options.families);
  return { ...families, ...prepareCalls(core, families) };
}

function prepareCalls(core: CacheCore, families: BoundFamilies<Families>): CacheCalls {
  return {
    getOrSet: async (key, load, options) =>
      core.lookUp(entryOf(core, key, options), {
        waitTimeoutMs: options.waitTimeoutMs,
        load: async () => load(core.signal),
      }),
    set: async (key, value, options) => core.set(entryOf(core, key, options), value),
    delete: async (key) => core.delete(fullKey(core, key)),
    invalidateTag: async (tags) => core.invalidateTags(typeof tags === 'string' ? [tags] : tags),
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

function entryOf<Value>(core: CacheCore, key: string, options: EntryOptions): CoreEntry<Value> {
  checkTtl(options.ttlSeconds, key);
  const tags = options.tags === undefined ? null : checkTags(options.tags, core.settings.maxTagsPerEntry);
  return {
    key: fullKey(core, key),
    pattern: core.patterns.ofCall(options.pattern),
    ttlSeconds: options.ttlSeconds,
    jitterRatio: options.jitterRatio ?? DEFAULT_JITTER_RATIO,
    schema: undefined,
    tagsOf: tags === null ? null : () => tags,
  };
}

function fullKey(core: CacheCore, key: string): string {
  if (typeof key !== 'string' || key === '' || !key.isWellFormed()) {
    throw new CacheError('badField', 'A key is a non-empty text.');
  }
  if (isIndexKeyName(key)) {
    throw new CacheError(
      'reservedKey',
      `Keys with a tag: or key-tags: segment are kept for the tag index: ${key}`,
    );
  }
  return core.settings.prefix + key;
}
