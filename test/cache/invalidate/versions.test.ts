import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Cache, type CacheOptions, createCache, family, type RedisClient } from '#cache/cache.ts';
import { Versions } from '#cache/invalidate/versions.ts';
import { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { startRedisCluster } from '#test/support/redis/startRedisCluster.ts';
import { type CacheBench, openTransport, shopCache, startBench } from '../startCache.ts';

const NOW_MS = 1_700_000_000_000;
const VERSION_KEY = 'shop:cachescope:version:catalog';

let bench: CacheBench;
let source: string;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
  await bench.redis.client.flushall();
  source = 'old';
});

const product = family({
  key: 'product:{id}',
  ttlSeconds: 600,
  namespace: 'catalog',
  load: async () => source,
});
const page = family({ key: 'page:{id}', ttlSeconds: 600, namespace: 'pages', load: async () => source });
const plain = family({ key: 'plain:{id}', ttlSeconds: 600, load: async () => source });
const families = { product, page, plain };
type Shop = Cache<typeof families>;

async function open(options: Partial<CacheOptions<typeof families>> = {}): Promise<Shop> {
  const cache = shopCache(await bench.connect(), families, options);
  onTestFinished(() => cache.close().then(() => {}));
  return cache;
}

/** A cache that hears the others, and whose clock stands: what it drops, it dropped because it was told. */
async function openHearing(redis?: RedisClient): Promise<Shop> {
  const client = redis ?? (await bench.connect());
  const cache = createCache({
    ...{ redis: client, service: 'shop', families, l1: {}, clock: () => NOW_MS },
    // A machine that is busy with other tests is slow, and that is not what is looked at here.
    breaker: { slowCallMs: 5_000 },
  });
  onTestFinished(() => cache.close().then(() => {}));
  await new Promise<void>((resolve) => {
    cache.on('coherence', ({ state }) => {
      if (state === 'live') resolve();
    });
  });
  return cache;
}

async function openVersions(session: () => object | null, nowMs = () => NOW_MS): Promise<Versions> {
  const transport = openTransport(await bench.connect());
  const events = new CacheEvents();
  return new Versions({ transport, events, prefix: 'shop:', versionTtlMs: 1_000, clock: nowMs, session });
}

const scriptCount = async (): Promise<number> => {
  const stats = await bench.redis.client.info('commandstats');
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
};

describe('raising the version of a namespace', () => {
  it('puts its entries out of reach at once, and no others; the old ones age out', async () => {
    const cache = await open();
    for (const kind of [cache.product, cache.page, cache.plain]) await kind.set({ id: 1 }, 'old');
    source = 'new';
    expect(await cache.product.get({ id: 1 })).toBe('old');
    expect(await cache.invalidateNamespace('catalog')).toEqual({ state: 'done', removedCount: 0 });
    expect(await cache.product.get({ id: 1 })).toBe('new');
    expect(await cache.page.get({ id: 1 })).toBe('old');
    expect(await cache.plain.get({ id: 1 })).toBe('old');
    for (const key of await bench.redis.client.keys('shop:product:*')) {
      expect(await bench.redis.client.pttl(key)).toBeGreaterThan(0);
    }
  });

  it('is heard by another instance, whose L1 and whose version go with it', async () => {
    const here = await openHearing();
    const there = await openHearing();
    expect(await there.product.get({ id: 1 })).toBe('old');
    expect(await there.product.get({ id: 1 })).toBe('old');
    source = 'new';
    await here.invalidateNamespace('catalog');
    await vi.waitFor(async () => expect(await there.product.get({ id: 1 })).toBe('new'));
  });

  it('is seen within a second by an instance that does not hear the others', async () => {
    let nowMs = NOW_MS;
    const here = await open();
    const there = await open({ clock: () => nowMs });
    expect(await there.product.get({ id: 1 })).toBe('old');
    source = 'new';
    await here.invalidateNamespace('catalog');
    nowMs += 999;
    expect(await there.product.get({ id: 1 })).toBe('old');
    nowMs += 1;
    expect(await there.product.get({ id: 1 })).toBe('new');
  });

  it('is refused for a namespace that no family has, and names those there are', async () => {
    const refused = (await open()).invalidateNamespace('catalogue');
    await expect(refused).rejects.toMatchObject({
      code: 'badOptions',
      message: expect.stringMatching('catalog, pages'),
    });
  });

  it('costs look-ups no round trip: the version is read once, and once a second where it is not heard', async () => {
    let nowMs = NOW_MS;
    const cache = await open({ clock: () => nowMs });
    await cache.product.get({ id: 1 });
    await vi.waitFor(async () => expect(await bench.redis.client.keys('shop:product:1:*')).toHaveLength(1));
    await bench.redis.client.config('RESETSTAT');
    for (let index = 0; index < 100; index += 1) expect(await cache.product.get({ id: 1 })).toBe('old');
    expect(await scriptCount()).toBe(0);
    nowMs += 1_000;
    for (let index = 0; index < 100; index += 1) expect(await cache.product.get({ id: 1 })).toBe('old');
    expect(await scriptCount()).toBe(1);
  });

  it('by two instances at once gives each its own version, and both the last', async () => {
    const session = { since: 1 };
    const [one, two] = [await openVersions(() => session), await openVersions(() => session)];
    const raised = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? one : two).raise('catalog')),
    );
    const versions = raised.map((outcome) => (outcome.isDone ? outcome.reply : 'failed'));
    expect(new Set(versions).size).toBe(50);
    const last = await bench.redis.client.get(VERSION_KEY);
    expect([await one.read('catalog'), await two.read('catalog')]).toEqual([last, last]);
  });
});

describe('a version', () => {
  it('that was heard is asked for again after an interruption, in which a raise may have been missed', async () => {
    let nowMs = NOW_MS;
    let session = { since: 1 };
    const versions = await openVersions(
      () => session,
      () => nowMs,
    );
    const known = await versions.read('catalog');
    nowMs += 60_000;
    expect(versions.peek('catalog')).toBe(known);
    session = { since: 2 };
    expect(versions.peek('catalog')).toBeNull();
  });

  it('that was lost never comes back as one under which older entries are stored', async () => {
    const cache = await open();
    await cache.product.set({ id: 1 }, 'old');
    await cache.invalidateNamespace('catalog');
    await bench.redis.client.unlink(VERSION_KEY);
    source = 'new';
    const other = await open();
    expect(await other.product.get({ id: 1 })).toBe('new');
    await cache.invalidateNamespace('catalog');
    await bench.redis.client.unlink(VERSION_KEY);
    expect(await (await open()).product.get({ id: 1 })).toBe('new');
  });

  it('that fell back, as after a failover, is put right by an instance that knows better', async () => {
    const versions = await openVersions(() => null);
    const first = await versions.read('catalog');
    await versions.raise('catalog');
    const second = await versions.read('catalog');
    expect(Number(second)).toBeGreaterThan(Number(first));
    await bench.redis.client.set(VERSION_KEY, first);
    versions.forgetAll();
    expect(await versions.read('catalog')).toBe(second);
    expect(await bench.redis.client.get(VERSION_KEY)).toBe(second);
  });

  it('that Redis does not tell is one of this process alone, and another after each raise', async () => {
    const redis = await bench.connect();
    const transport = openTransport(redis);
    const around = { transport, events: new CacheEvents(), prefix: 'shop:', versionTtlMs: 1_000 };
    const versions = new Versions({ ...around, clock: () => NOW_MS, session: () => null });
    const spy = vi.spyOn(redis, 'evalsha').mockRejectedValue(new Error('Connection is closed.'));
    const first = await versions.read('catalog');
    expect(await versions.read('catalog')).toBe(first);
    expect(await versions.raise('catalog')).toMatchObject({ isDone: false, code: 'unreachable' });
    const second = await versions.read('catalog');
    expect(second).not.toBe(first);
    const elsewhere = new Versions({ ...around, clock: () => NOW_MS, session: () => null });
    expect([first, second]).not.toContain(await elsewhere.read('catalog'));
    spy.mockRestore();
  });

  it('whose raise Redis did not confirm is raised by the next look-up, whatever becomes of the retries', async () => {
    const redis = await bench.connect();
    const cache = shopCache(redis, families, { retry: { backoffMs: 60_000 } });
    onTestFinished(() => cache.close().then(() => {}));
    await cache.product.set({ id: 1 }, 'old');
    source = 'new';
    const before = await bench.redis.client.get(VERSION_KEY);
    const spy = vi.spyOn(redis, 'evalsha').mockRejectedValue(new Error('Connection is closed.'));
    expect(await cache.invalidateNamespace('catalog')).toMatchObject({
      state: 'queued',
      code: 'unreachable',
    });
    expect(await cache.product.get({ id: 1 })).toBe('new');
    source = 'newer';
    expect(await cache.invalidateNamespace('catalog')).toMatchObject({ state: 'queued' });
    expect(await cache.product.get({ id: 1 })).toBe('newer');
    spy.mockRestore();
    source = 'newest';
    expect(await cache.product.get({ id: 1 })).toBe('newest');
    expect(Number(await bench.redis.client.get(VERSION_KEY))).toBeGreaterThan(Number(before));
    source = 'not asked for again';
    expect(await cache.product.get({ id: 1 })).toBe('newest');
  });
});

describe('in a Cluster', () => {
  it('a raise reaches the other instance, wherever its keys lie', async () => {
    await using cluster = await startRedisCluster();
    const here = await openHearing(await cluster.connect());
    const there = await openHearing(await cluster.connect());
    const ids = Array.from({ length: 30 }, (_, id) => id);
    for (const id of ids) expect(await there.product.get({ id })).toBe('old');
    source = 'new';
    expect(await here.invalidateNamespace('catalog')).toMatchObject({ state: 'done' });
    for (const id of ids) expect(await here.product.get({ id })).toBe('new');
    await vi.waitFor(async () => {
      for (const id of ids) expect(await there.product.get({ id })).toBe('new');
    });
  });
});
