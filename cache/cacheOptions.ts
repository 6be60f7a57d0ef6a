import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Registry } from 'prom-client';
import { isIndexKeyName } from '#shared/tags/simpleTagLayout.ts';
import { CacheError } from './cacheError.ts';
import type { Families } from './keys/family.ts';
import type { RedisClient } from './store/redisClient.ts';
import { jsonSerialiser, type Serialiser } from './store/serialiser.ts';

export interface CacheOptions<F extends Families> {
  /** An ioredis client, without `keyPrefix`. It stays the caller's: the cache neither configures nor closes it. */
  readonly redis: RedisClient;
  /** Name of the service, the label `cache` of its metrics. */
  readonly service: string;
  /** Begins every key. @default `${service}:` */
  readonly prefix?: string;
  readonly families: F;
  /** Release of the service, a label of `cache_client_info`. @default 'unknown' */
  readonly version?: string;
  /** This process among others of the service. @default host name and four random bytes */
  readonly instance?: string;
  /** Where the metrics are registered. @default a registry of its own */
  readonly registry?: Registry;
  /** @default JSON */
  readonly serialiser?: Serialiser;
  /** Longest wait for one reply of Redis, ms; after it the call goes on without Redis. @default 500 */
  readonly commandTimeoutMs?: number;
  /** @default 32 */
  readonly maxTagsPerEntry?: number;
  /** Soft cap: a tag above it is counted as `tagFull`, its entries are stored and indexed all the same. @default 1_000_000 */
  readonly maxMembersPerTag?: number;
  /** Now, epoch ms. @default Date.now */
  readonly clock?: () => number;
  /** In [0, 1). @default Math.random */
  readonly random?: () => number;
}

export type Settings = Required<Omit<CacheOptions<Families>, 'families'>>;

/** Fills in the defaults. Throws `badOptions` or `reservedFamilyName`. */
export function prepareSettings(options: CacheOptions<Families>, reservedNames: readonly string[]): Settings {
  const { service, prefix = `${service}:`, families } = options;
  if (service === '') throw new CacheError('badOptions', 'service must not be empty.');
  // The tag index finds its prefix again from its names: `{prefix}tag:{tag}`.
  if ((prefix !== '' && !prefix.endsWith(':')) || /[{}]/.test(prefix) || isIndexKeyName(`${prefix}x`)) {
    throw new CacheError(
      'badOptions',
      `prefix must be empty or end in ":", without braces, and is "${prefix}".`,
    );
  }
  if (options.redis.options.keyPrefix) {
    throw new CacheError(
      'badOptions',
      'Hand in an ioredis client without keyPrefix, and give the prefix to the cache.',
    );
  }
  for (const name of Object.keys(families)) {
    if (reservedNames.includes(name)) {
      throw new CacheError(
        'reservedFamilyName',
        `"${name}" is a method of the cache and cannot name a family.`,
      );
    }
  }
  const settings = {
    redis: options.redis,
    service,
    prefix,
    version: options.version ?? 'unknown',
    instance: options.instance ?? `${hostname()}-${randomBytes(4).toString('hex')}`,
    registry: options.registry ?? new Registry(),
    serialiser: options.serialiser ?? jsonSerialiser,
    commandTimeoutMs: options.commandTimeoutMs ?? 500,
    maxTagsPerEntry: options.maxTagsPerEntry ?? 32,
    maxMembersPerTag: options.maxMembersPerTag ?? 1_000_000,
    clock: options.clock ?? Date.now,
    random: options.random ?? Math.random,
  };
  for (const name of ['commandTimeoutMs', 'maxTagsPerEntry', 'maxMembersPerTag'] as const) {
    if (!(settings[name] > 0))
      throw new CacheError('badOptions', `${name} must be above 0, and is ${settings[name]}.`);
  }
  return settings;
}
