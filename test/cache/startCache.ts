import type { Cluster, Redis } from 'ioredis';
import { type Cache, type CacheOptions, createCache, type Family } from '#cache/cache.ts';
import { CircuitBreaker } from '#cache/resilience/circuitBreaker.ts';
import { RedisTransport, type TransportOptions } from '#cache/store/redisTransport.ts';
import { isOwnKeyName } from '#shared/control/ownKeys.ts';
import { openClient } from '#test/support/redis/openClient.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

export type TestFamilies = Readonly<Record<string, Family<string, unknown>>>;

export interface CacheBench extends AsyncDisposable {
  readonly redis: TestRedis;
  /** A client as a service would hand it in. */
  connect(options?: {
    readonly keyPrefix?: string;
    readonly enableAutoPipelining?: boolean;
    readonly autoResendUnfulfilledCommands?: boolean;
    /** Of a proxy before the Redis, for faults between them; the Redis itself when absent. */
    readonly port?: number;
  }): Promise<Redis>;
}

/** A Redis of the test's own and clients that end with it. */
export async function startBench(): Promise<CacheBench> {
  const redis = await startRedis();
  const clients: Redis[] = [];
  return {
    redis,
    connect: async (options) => {
      const client = openClient({ port: redis.port, ...options });
      clients.push(client);
      await new Promise<void>((resolve) => client.once('ready', () => resolve()));
      return client;
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.disconnect();
      await redis[Symbol.asyncDispose]();
    },
  };
}

/** The way to Redis, as a cache opens it. */
export function openTransport(
  redis: Redis | Cluster,
  options: Partial<TransportOptions> = {},
): RedisTransport {
  const gate = new CircuitBreaker({ clock: Date.now, random: () => 0.5 });
  return new RedisTransport({ redis, gate, commandTimeoutMs: 500, reconnectHungAfterMs: null, ...options });
}

/** All keys but those that the library keeps for itself, sorted. */
export async function keptKeys(redis: Redis): Promise<string[]> {
  return (await redis.keys('*')).filter((key) => !isOwnKeyName(key)).sort();
}

/** A cache named `shop` whose entries live exactly as long as asked. */
export function shopCache<F extends TestFamilies>(
  redis: Redis | Cluster,
  families: F,
  options: Partial<CacheOptions<F>> = {},
): Cache<F> {
  return createCache({ redis, service: 'shop', families, random: () => 0.5, instance: 'test', ...options });
}

/** The sum of a counter's samples in Prometheus text whose labels include these; 0 when there is none. */
export async function countOf(
  cache: { metrics(): Promise<string> },
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const lines = (await cache.metrics()).split('\n').filter((line) => line.startsWith(`${name}{`));
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return lines
    .filter((line) => wanted.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
