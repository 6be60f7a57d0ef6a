import { createCache, family } from '#cache/cache.ts';
import { openRedisLine } from '#demo/processes/redisLine.ts';
import { openClient } from '#test/support/redis/openClient.ts';

export interface WarmWorldSize {
  readonly redisPort: number;
  readonly entryCount: number;
  readonly perSecond: number;
  readonly loadMs: number;
  readonly leaseMs: number;
}

/** One load of the source that a run of the warmer began. */
export interface RunLoad {
  readonly instance: string;
  /** Runs that the instance has begun by then. */
  readonly run: number;
  readonly id: string;
  readonly atMs: number;
}

/** What an instance said of its runs, as in its own process. */
export interface RunWord {
  readonly instance: string;
  readonly state: string;
  readonly doneCount: number;
  readonly plannedCount: number;
}

/** Entries that one run loads at the same time. */
const LANES = 2;

/** A real instance of the service `shop` with a warmer `top`, on a line of its own to Redis. `loads` and `words` take what it does. */
export async function startWarmInstance(
  name: string,
  size: WarmWorldSize,
  { loads, words }: { readonly loads: RunLoad[]; readonly words: RunWord[] },
) {
  const line = await openRedisLine(size.redisPort);
  const redis = openClient({ port: line.port });
  await new Promise<void>((resolve) => redis.once('ready', () => resolve()));
  let isDead = false;
  let runCount = 0;
  const load = async ({ id }: { readonly id: unknown }) => {
    // A dead process asks for nothing.
    if (isDead) return new Promise<never>(() => {});
    loads.push({ instance: name, run: runCount, id: String(id), atMs: performance.now() });
    await new Promise((resolve) => setTimeout(resolve, size.loadMs));
    return { id };
  };
  const cache = createCache({
    ...{ redis, service: 'shop', instance: name, announce: {}, control: {}, closeTimeoutMs: 200 },
    families: { product: family({ key: 'product:{id}', ttlSeconds: 600, load }) },
    warmers: {
      top: {
        list: ({ product }) => Array.from({ length: size.entryCount }, (_, id) => product({ id })),
        ...{ perSecond: size.perSecond, concurrency: LANES },
      },
    },
    warming: { leaseMs: size.leaseMs },
    commandTimeoutMs: 400,
    breaker: { openMs: 200, maxOpenMs: 400 },
  });
  cache.on('warm', ({ state, doneCount, plannedCount }) => {
    if (isDead) return;
    if (state === 'started') runCount += 1;
    words.push({ instance: name, state, doneCount, plannedCount });
  });
  return {
    name,
    line,
    cache,
    isRunning: () => !isDead && cache.warmers().some(({ state }) => state === 'running'),
    /** As by kill -9. */
    die: async () => {
      isDead = true;
      redis.disconnect();
      await line.close();
    },
    close: async () => {
      await cache.close().catch(() => {});
      redis.disconnect();
      await line.close();
    },
  };
}

export type WarmInstance = Awaited<ReturnType<typeof startWarmInstance>>;
