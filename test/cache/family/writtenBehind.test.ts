import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { counter, family } from '#cache/cache.ts';
import { type CacheBench, shopCache, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

/** A family whose values go to the source later: not before the test says so. */
async function openProfiles() {
  const source = new Map<string, string>([
    ['1', 'old 1'],
    ['2', 'old 2'],
  ]);
  const load = vi.fn(async ({ id }: { id: string | number }) => source.get(String(id)) ?? 'none');
  const loadMany = vi.fn(async (list: readonly { id: string | number }[]) =>
    list.map(({ id }) => source.get(String(id)) ?? 'none'),
  );
  const cache = shopCache(
    await bench.connect(),
    {
      profile: family({
        key: 'profile:{id}',
        ttlSeconds: 60,
        load,
        loadMany,
        writeBehind: {
          flushIntervalMs: 3_600_000,
          flush: async (changes) => {
            for (const { fields, value } of changes) source.set(String(fields.id), value);
          },
        },
      }),
      plain: family({ key: 'plain:{id}', ttlSeconds: 60, load: async () => 1 }),
    },
    { commandTimeoutMs: 10_000, breaker: { slowCallMs: 10_000 } },
  );
  return { cache, source, loadMany };
}

type Profiles = Awaited<ReturnType<typeof openProfiles>>['cache'];

describe('a family whose values are written behind', () => {
  it('is read as it was written, before the source has it', async () => {
    const { cache, source } = await openProfiles();
    expect(await cache.profile.write({ id: 1 }, 'new 1')).toEqual({ state: 'queued' });
    expect(await cache.profile.get({ id: 1 })).toBe('new 1');
    expect(source.get('1')).toBe('old 1');
    expect(await cache.profile.writeBehindSnapshot()).toMatchObject({ queuedCount: 1 });
    await cache.close();
    expect(source.get('1')).toBe('new 1');
  });

  it.each([
    ['alone', (cache: Profiles) => cache.profile.get({ id: 1 })],
    ['among many', async (cache: Profiles) => (await cache.profile.getMany([{ id: 1 }, { id: 2 }]))[0]],
    ['when it is loaded anew', (cache: Profiles) => cache.profile.refresh({ id: 1 })],
  ])('is not kept as the source has it while Redis does not tell what is queued, %s', async (_, read) => {
    const { client } = bench.redis;
    const { cache } = await openProfiles();
    await cache.profile.write({ id: 1 }, 'new 1');
    await client.unlink('shop:profile:1');
    const pending = 'shop:cachescope:{write-behind:profile}:pending';
    await client.rename(pending, 'aside');
    await client.set(pending, 'no hash');
    expect(await read(cache)).toBe('old 1');
    await client.rename('aside', pending);
    expect(await cache.profile.get({ id: 1 })).toBe('new 1');
  });

  it('is so read also when its entry was lost, alone and among many', async () => {
    const { cache, loadMany } = await openProfiles();
    await cache.profile.write({ id: 1 }, 'new 1');
    await bench.redis.client.unlink('shop:profile:1');
    expect(await cache.profile.getMany([{ id: 1 }, { id: 2 }])).toEqual(['new 1', 'old 2']);
    expect(loadMany).toHaveBeenCalledTimes(1);
    expect(loadMany.mock.calls[0]?.[0]).toEqual([{ id: 2 }]);
    await bench.redis.client.unlink('shop:profile:1');
    expect(await cache.profile.get({ id: 1 })).toBe('new 1');
    await cache.close();
  });

  it('says what close has left', async () => {
    const { cache } = await openProfiles();
    await cache.profile.write({ id: 1 }, 'new 1');
    expect(await cache.close()).toEqual({
      lostInvalidationCount: 0,
      lostEventCount: 0,
      queuedChangeCount: 0,
      unknownChangeCount: 0,
      unfinished: [],
    });
  });

  it('is the only one with a write', async () => {
    const { cache } = await openProfiles();
    await expect(cache.plain.write({ id: 1 }, 2)).rejects.toMatchObject({ code: 'unsupported' });
    expect(await cache.plain.writeBehindSnapshot()).toBeNull();
    await cache.close();
  });
});

it('a counter is a part of the cache by its name, flushed by close', async () => {
  let stock = 10;
  const { createCache } = await import('#cache/cache.ts');
  const cache = createCache({
    redis: await bench.connect(),
    service: 'shop',
    commandTimeoutMs: 10_000,
    families: {},
    counters: {
      stock: counter({
        key: 'stock:{id}',
        ttlSeconds: 60,
        load: async () => stock,
        flush: async (changes) => {
          for (const { by } of changes) stock += by;
        },
      }),
    },
  });
  expect(await cache.stock.get({ id: 1 })).toBe(10);
  expect(await cache.stock.increment({ id: 1 }, -3)).toEqual({ state: 'queued', value: 7 });
  expect(await cache.stock.get({ id: 1 })).toBe(7);
  await cache.close();
  expect(stock).toBe(7);
});
