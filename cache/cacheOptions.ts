import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Registry } from 'prom-client';
import { isReservedName } from '#shared/keys/isReservedName.ts';
import { CacheError } from './cacheError.ts';
import type { AnnounceOptions } from './control/announcer.ts';
import type { ControlOptions } from './control/controlChannel.ts';
import type { EventOptions } from './eventBus/declaredEvents.ts';
import type { EventContracts } from './eventBus/eventContract.ts';
import type { RetryOptions } from './invalidate/retryQueue.ts';
import type { Families } from './keys/family.ts';
import type { CacheTracer } from './metrics/traced.ts';
import type { BreakerOptions } from './resilience/breakerOptions.ts';
import type { BulkheadOptions } from './resilience/bulkhead.ts';
import { checkTimerMs } from './resilience/checkTimerMs.ts';
import type { SurgeLimitOptions } from './resilience/surgeLimit.ts';
import type { RedisClient } from './store/redisClient.ts';
import { jsonSerialiser, type Serialiser } from './store/serialiser.ts';
import type { VerifyOptions } from './verify/verifyOptions.ts';
import type { WarmerOptions, WarmingOptions } from './warm/warmerOptions.ts';
import type { Counters } from './writeBehind/counter.ts';

/** Bounds of what this process holds. */
export interface MemoryLayerOptions {
  /** @default 10_000 for L1, 1_000 for the fallback */
  readonly maxEntries?: number;
  /** An estimate by the serialised values. @default 64 MiB for L1, 16 MiB for the fallback */
  readonly maxBytes?: number;
  /** How long a value is served without asking Redis, seconds. @default 30 for L1, 10 for the fallback */
  readonly ttlSeconds?: number;
}

export type NoneDeclared = Readonly<Record<never, never>>;

export interface CacheOptions<
  F extends Families,
  C extends Counters = NoneDeclared,
  E extends EventContracts = NoneDeclared,
> extends EventOptions<F, E> {
  /**
   * An ioredis client (standalone, Sentinel or Cluster) without `keyPrefix`, that reads from masters. It stays the caller's: the
   * cache does not close it.
   */
  readonly redis: RedisClient;
  /** Name of the service, the label `cache` of its metrics. */
  readonly service: string;
  /** Begins every key; in a Cluster `{shop}:` keeps all keys in one slot. @default `${service}:` */
  readonly prefix?: string;
  readonly families: F;
  /** Numbers that change at once in Redis and reach the source later. @default none */
  readonly counters?: C;
  /** What is loaded before it is asked for. @default none */
  readonly warmers?: Readonly<Record<string, WarmerOptions<NoInfer<F>>>>;
  /** About all warmers. @default on */
  readonly warming?: WarmingOptions;
  /** Compares a few of the served entries with their source. @default off */
  readonly verify?: VerifyOptions;
  /** Tells of this instance in Redis, for services without a port to scrape. @default off */
  readonly announce?: AnnounceOptions;
  /** Takes commands from operators through Redis: warmers, the breaker. @default off */
  readonly control?: ControlOptions;
  /** An OpenTelemetry tracer, which gets a span for each call and each load. @default none */
  readonly tracer?: CacheTracer;
  /** Longest last flush of what is written behind when the cache is closed, ms, and at most half of `closeTimeoutMs`; 0 = none. @default 5_000 */
  readonly closeFlushMs?: number;
  /** Longest `close()` in all, ms: what has not ended by then is cut off, and told in its result. @default 10_000 */
  readonly closeTimeoutMs?: number;
  /** Release of the service, a label of `cache_client_info`. @default 'unknown' */
  readonly version?: string;
  /** This process among others of the service. @default host name and four random bytes */
  readonly instance?: string;
  /** Where the metrics are registered. @default a registry of its own */
  readonly registry?: Registry;
  /** @default JSON */
  readonly serialiser?: Serialiser;
  /** Entries in this process, kept right by the invalidations of all instances. @default off */
  readonly l1?: MemoryLayerOptions;
  /** What is kept while Redis is away. @default on; null = off */
  readonly fallback?: MemoryLayerOptions | null;
  /** When Redis is left alone because it fails or is slow. @default on */
  readonly breaker?: Partial<BreakerOptions>;
  /** How many loads the source takes. Above it callers wait, then get `overloaded` or an old entry. @default on */
  readonly loads?: Partial<BulkheadOptions>;
  /** How far loads may rise above their usual rate while Redis is away and until the cache is warm again. @default off */
  readonly surge?: Partial<SurgeLimitOptions>;
  /** Most refreshes in the background at one time; past it they are left to the next read. @default 16 */
  readonly maxRefreshCount?: number;
  /** What becomes of invalidations that Redis did not confirm. @default on */
  readonly retry?: Partial<RetryOptions>;
  /** Longest wait for one reply of Redis, ms; after it the call goes on without Redis. @default 500 */
  readonly commandTimeoutMs?: number;
  /** A reply overdue by so much means a dead connection, which is opened again, ms; null = never. @default 10_000 */
  readonly reconnectHungAfterMs?: number | null;
  /** Time between two pings on the connection that hears invalidations, ms. @default 1_000 */
  readonly heartbeatMs?: number;
  /** Tags of one entry, up to 1_000: a script reads and writes all of them at once. @default 32 */
  readonly maxTagsPerEntry?: number;
  /** Soft cap: a tag above it is counted as `tagFull`, its entries are stored and indexed all the same. @default 1_000_000 */
  readonly maxMembersPerTag?: number;
  /** Now, epoch ms. @default Date.now */
  readonly clock?: () => number;
  /** In [0, 1). @default Math.random */
  readonly random?: () => number;
}

interface MemoryLayer {
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly ttlMs: number;
}

type Given =
  | 'redis'
  | 'service'
  | 'prefix'
  | 'version'
  | 'instance'
  | 'registry'
  | 'serialiser'
  | 'breaker'
  | 'loads'
  | 'maxRefreshCount'
  | 'commandTimeoutMs'
  | 'reconnectHungAfterMs'
  | 'heartbeatMs'
  | 'closeFlushMs'
  | 'closeTimeoutMs'
  | 'maxTagsPerEntry'
  | 'maxMembersPerTag'
  | 'clock'
  | 'random';

/** The options without those that are typed by what is declared. */
export type CoreOptions = Omit<CacheOptions<Families, Counters>, 'events' | 'warmers'>;

export interface Settings extends Required<Pick<CacheOptions<Families>, Given>> {
  /** Null = off. */
  readonly l1: MemoryLayer | null;
  readonly fallback: MemoryLayer | null;
  readonly surge: Partial<SurgeLimitOptions> | null;
  readonly tracer: CacheTracer | null;
  readonly retry: RetryOptions;
}

/** Lua hands a command some thousands of arguments and no more; `maxTagsPerEntry` stays well below. Ours. */
const MOST_TAGS = 1_000;
const MEBIBYTE = 1_048_576;
const l1Defaults = { maxEntries: 10_000, maxBytes: 64 * MEBIBYTE, ttlSeconds: 30 };
const fallbackDefaults = { maxEntries: 1_000, maxBytes: 16 * MEBIBYTE, ttlSeconds: 10 };
const retryDefaults: RetryOptions = {
  maxQueuedCount: 10_000,
  backoffMs: 200,
  maxBackoffMs: 30_000,
  maxRefusedCount: 10,
};

/** Fills in the defaults. Throws `badOptions` or `reservedFamilyName`. */
export function prepareSettings(options: CoreOptions, reservedNames: readonly string[]): Settings {
  const { service, prefix = `${service}:` } = options;
  checkNames({ ...options, prefix }, reservedNames);
  const { l1, fallback } = options;
  const settings: Settings = {
    redis: options.redis,
    service,
    prefix,
    version: options.version ?? 'unknown',
    instance: options.instance ?? `${hostname()}-${randomBytes(4).toString('hex')}`,
    registry: options.registry ?? new Registry(),
    serialiser: options.serialiser ?? jsonSerialiser,
    l1: l1 === undefined ? null : memoryLayer('l1', { ...l1Defaults, ...l1 }),
    fallback: fallback === null ? null : memoryLayer('fallback', { ...fallbackDefaults, ...fallback }),
    breaker: options.breaker ?? {},
    loads: options.loads ?? {},
    surge: options.surge ?? null,
    maxRefreshCount: options.maxRefreshCount ?? 16,
    retry: { ...retryDefaults, ...options.retry },
    commandTimeoutMs: options.commandTimeoutMs ?? 500,
    reconnectHungAfterMs: options.reconnectHungAfterMs === undefined ? 10_000 : options.reconnectHungAfterMs,
    heartbeatMs: options.heartbeatMs ?? 1_000,
    closeFlushMs: options.closeFlushMs ?? 5_000,
    closeTimeoutMs: options.closeTimeoutMs ?? 10_000,
    tracer: options.tracer ?? null,
    maxTagsPerEntry: options.maxTagsPerEntry ?? 32,
    maxMembersPerTag: options.maxMembersPerTag ?? 1_000_000,
    clock: options.clock ?? Date.now,
    random: options.random ?? Math.random,
  };
  checkSettings(settings);
  return settings;
}

function checkSettings(settings: Settings): void {
  for (const name of ['maxRefreshCount', 'maxMembersPerTag'] as const) checkPositive(name, settings[name]);
  checkCount('maxTagsPerEntry', settings.maxTagsPerEntry, MOST_TAGS);
  for (const name of ['commandTimeoutMs', 'heartbeatMs', 'closeTimeoutMs'] as const) {
    checkTimerMs(name, settings[name]);
  }
  const { reconnectHungAfterMs, closeFlushMs, retry } = settings;
  if (reconnectHungAfterMs !== null) checkTimerMs('reconnectHungAfterMs', reconnectHungAfterMs);
  if (closeFlushMs !== 0) checkTimerMs('closeFlushMs', closeFlushMs);
  for (const name of ['backoffMs', 'maxBackoffMs'] as const) checkTimerMs(`retry.${name}`, retry[name]);
  for (const name of ['maxQueuedCount', 'maxRefusedCount'] as const) {
    checkCount(`retry.${name}`, retry[name], Number.MAX_SAFE_INTEGER);
  }
}

function checkNames(options: CoreOptions, reservedNames: readonly string[]): void {
  const { service, prefix = '', families, counters = {}, redis } = options;
  if (service === '') throw new CacheError('badOptions', 'service must not be empty.');
  // The tag index finds its prefix again from its names: `{prefix}tag:{tag}`.
  if (
    (prefix !== '' && !prefix.endsWith(':')) ||
    !/^(\{[^{}*]+\}|[^{}*])*$/.test(prefix) ||
    isReservedName(`${prefix}x`)
  ) {
    throw new CacheError(
      'badOptions',
      `prefix must be empty or end in ":", without asterisks and with braces only around a hash tag, and is "${prefix}".`,
    );
  }
  if ('keyPrefix' in redis.options && redis.options.keyPrefix) {
    throw new CacheError(
      'badOptions',
      'Hand in an ioredis client without keyPrefix, and give the prefix to the cache.',
    );
  }
  if ('scaleReads' in redis.options && redis.options.scaleReads !== 'master') {
    throw new CacheError(
      'badOptions',
      'Hand in a Cluster client with scaleReads "master": a replica still has what was just invalidated.',
    );
  }
  for (const name of [...Object.keys(families), ...Object.keys(counters)]) {
    if (reservedNames.includes(name)) {
      throw new CacheError(
        'reservedFamilyName',
        `"${name}" is a method of the cache and cannot name a family or a counter.`,
      );
    }
    if (Object.hasOwn(families, name) && Object.hasOwn(counters, name)) {
      throw new CacheError('badOptions', `"${name}" names a family and a counter.`);
    }
  }
}

function memoryLayer(name: string, given: Required<MemoryLayerOptions>): MemoryLayer {
  for (const option of ['maxEntries', 'maxBytes', 'ttlSeconds'] as const) {
    checkPositive(`${name}.${option}`, given[option]);
  }
  return { maxEntries: given.maxEntries, maxBytes: given.maxBytes, ttlMs: given.ttlSeconds * 1_000 };
}

function checkCount(name: string, value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
  throw new CacheError(
    'badOptions',
    `${name} must be a whole number from 1 to ${most}, and is ${String(value)}.`,
  );
}

function checkPositive(name: string, value: number): void {
  if (value > 0) return;
  throw new CacheError('badOptions', `${name} must be above 0, and is ${value}.`);
}
