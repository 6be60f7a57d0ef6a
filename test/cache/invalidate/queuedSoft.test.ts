import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { family } from '#cache/cache.ts';
import { openShop } from '../family/openShop.ts';
import { type CacheBench, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

/** A shop with an old product in Redis, and a queue that tries nothing again before it is closed. */
async function openOld() {
  const load = vi.fn(async (_id: number) => 'new');
  const product = family({
    key: 'product:{id}',
    ttlSeconds: 60,
    load: async ({ id }) => load(Number(id)),
    loadMany: async (list) => list.map(() => 'loaded together'),
    tags: ({ id }) => [`product-${id}`],
  });
  const cache = openShop(
    await bench.connect(),
    { product },
    { l1: {}, retry: { backoffMs: 600_000, maxBackoffMs: 600_000 } },
  );
  await cache.product.set({ id: 1 }, 'old');
  await cache.set('note', 'old', { ttlSeconds: 60 });
  return { cache, load };
}

type Shop = Awaited<ReturnType<typeof openOld>>['cache'];

/** Redis takes no changes meanwhile, and is back as it was when the wishes wait. */
async function queue(...wishes: readonly (() => Promise<{ readonly state: string }>)[]): Promise<void> {
  await bench.redis.client.config('SET', 'min-replicas-to-write', '1');
  try {
    for (const wish of wishes) expect(await wish()).toMatchObject({ state: 'queued', code: 'readOnly' });
  } finally {
    await bench.redis.client.config('SET', 'min-replicas-to-write', '0');
  }
}

const soft = { mode: 'soft' } as const;
const softly: readonly (readonly [string, (cache: Shop) => Promise<{ readonly state: string }>])[] = [
  ['key', (cache) => cache.product.delete({ id: 1 }, soft)],
  ['tag', (cache) => cache.invalidateTag('product-1', soft)],
  ['pattern', (cache) => cache.invalidatePattern('product:*', soft)],
];

describe('a soft invalidation that waits for Redis', () => {
  it.each(softly)('of a %s keeps serving the old value while it is refreshed', async (_, invalidate) => {
    const { cache, load } = await openOld();
    await queue(() => invalidate(cache));
    const source = Promise.withResolvers<string>();
    load.mockReturnValueOnce(source.promise);
    expect(await cache.product.get({ id: 1 })).toBe('old');
    expect(cache.product.peek({ id: 1 })).toBeUndefined();
    await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(1));
    expect(await cache.product.get({ id: 1 })).toBe('old');
    source.resolve('new');
    await vi.waitFor(async () => expect(await cache.product.get({ id: 1 })).toBe('new'));
    await cache.close();
  });

  it.each(softly)('of a %s is heeded by getMany', async (_, invalidate) => {
    const { cache, load } = await openOld();
    await queue(() => invalidate(cache));
    expect(await cache.product.getMany([{ id: 1 }, { id: 2 }])).toEqual(['old', 'loaded together']);
    await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(1));
    await cache.close();
  });

  it('is heeded by getOrSet', async () => {
    const { cache } = await openOld();
    await queue(() => cache.delete('note', soft));
    const read = () => cache.getOrSet('note', async () => 'new', { ttlSeconds: 60 });
    expect(await read()).toBe('old');
    await vi.waitFor(async () => expect(await read()).toBe('new'));
    await cache.close();
  });

  it.each(softly)('of a %s yields to a hard one of the key', async (_, invalidate) => {
    const { cache } = await openOld();
    await queue(
      () => invalidate(cache),
      () => cache.product.delete({ id: 1 }),
    );
    expect(await cache.product.get({ id: 1 })).toBe('new');
    await cache.close();
  });

  it.each([
    ['tag', (cache: Shop) => cache.invalidateTag('product-1')],
    ['pattern', (cache: Shop) => cache.invalidatePattern('product:*')],
  ] as const)('of a key yields to a hard one of a %s', async (_, invalidate) => {
    const { cache } = await openOld();
    await queue(
      () => cache.product.delete({ id: 1 }, soft),
      () => invalidate(cache),
    );
    expect(await cache.product.get({ id: 1 })).toBe('new');
    await cache.close();
  });

  it('marks what Redis holds when it is done', async () => {
    const { cache, load } = await openOld();
    await queue(() => cache.product.delete({ id: 1 }, soft));
    expect(await cache.close()).toMatchObject({ lostInvalidationCount: 0 });
    const next = await openNext(load);
    expect(await next.product.get({ id: 1 })).toBe('old');
    await vi.waitFor(async () => expect(await next.product.get({ id: 1 })).toBe('new'));
    await next.close();
  });
});

async function openNext(load: (id: number) => Promise<string>) {
  const product = family({ key: 'product:{id}', ttlSeconds: 60, load: async ({ id }) => load(Number(id)) });
  return openShop(await bench.connect(), { product });
}
