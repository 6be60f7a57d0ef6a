import { CacheError } from '#cache/cacheError.ts';
import { checkTimerMs } from '#cache/resilience/checkTimerMs.ts';
import type { RedisClient } from '#cache/store/redisClient.ts';
import { DEFAULT_EVENT_STREAM } from '#shared/control/eventStreamKeys.ts';

export interface RedisStreamBusOptions {
  /** Shared by all who publish and all who listen, so of no service. @default 'cachescope:events' */
  readonly stream?: string;
  /** Entries that the stream keeps, approximately; older ones are dropped, and are lost to who has not read them. @default 100_000 */
  readonly maxLength?: number;
  /** Most events that are applied together, and acknowledged together, up to 1_000. @default 100 */
  readonly batchSize?: number;
  /** Longest wait for new events in one command, ms; 0 = none at all. @default 5_000 */
  readonly blockMs?: number;
  /** An event that an instance has not finished for so long is taken up by another, ms. @default 30_000 */
  readonly claimIdleMs?: number;
  /** Deliveries after which an event that fails goes to the dead letters. @default 5 */
  readonly maxDeliveries?: number;
  /** Wait before an event that failed is tried again, ms; doubled from time to time, up to 30 s. @default 1_000 */
  readonly retryDelayMs?: number;
  /** Name in the group; one that stays over a restart takes up at once what it had left. @default the cache's `instance` */
  readonly consumer?: string;
  /** The Redis of the stream, where it is another than the cache's. It stays the caller's. @default the cache's */
  readonly redis?: RedisClient;
}

export interface StreamBusSettings extends Required<Omit<RedisStreamBusOptions, 'consumer' | 'redis'>> {
  /** Null = the instance. */
  readonly consumer: string | null;
  /** Null = the cache's. */
  readonly redis: RedisClient | null;
}

const defaults = {
  stream: DEFAULT_EVENT_STREAM,
  maxLength: 100_000,
  batchSize: 100,
  blockMs: 5_000,
  claimIdleMs: 30_000,
  maxDeliveries: 5,
  retryDelayMs: 1_000,
};

/** Fills in the defaults. Throws `badOptions`. */
export function prepareStreamSettings(options: RedisStreamBusOptions): StreamBusSettings {
  const { consumer = null, redis = null } = options;
  const settings = { ...defaults, ...options, consumer, redis };
  if (settings.stream === '' || !/^(\{[^{}]+\}|[^{}])*$/.test(settings.stream)) {
    throw new CacheError('badOptions', `stream must be a name with braces only around a hash tag.`);
  }
  for (const name of ['maxLength', 'batchSize', 'claimIdleMs', 'maxDeliveries', 'retryDelayMs'] as const) {
    if (settings[name] >= 1) continue;
    throw new CacheError('badOptions', `${name} must be 1 or more, and is ${settings[name]}.`);
  }
  // Lua hands a command no more than some thousands of arguments.
  if (settings.batchSize > 1_000) {
    throw new CacheError('badOptions', `batchSize must be at most 1000, and is ${settings.batchSize}.`);
  }
  checkTimerMs('retryDelayMs', settings.retryDelayMs);
  // Redis itself takes 0 for ever; here it means that it is not waited at all.
  if (settings.blockMs !== 0) checkTimerMs('blockMs', settings.blockMs);
  return settings;
}
