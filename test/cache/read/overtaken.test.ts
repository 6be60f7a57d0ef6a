import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { family } from '#cache/cache.ts';
import { type CacheBench, shopCache, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

/** A cache that no busy machine can make leave Redis alone. */
const unhurried = { commandTimeoutMs: 10_000, breaker: { slowCallMs: 10_000 } };

async function openPair() {
  let nowMs = 1_800_000_000_000;
  const clock = () => nowMs;
  const open = async () => shopCache(await bench.connect(), {}, { clock, ...unhurried });
  return {
    here: await open(),
    there: await open(),
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('a look-up that is overtaken', () => {
  it('is not answered with the old value when its load fails', async () => {
    const { here, advance } = await openPair();
    await here.set('x', 'old', { ttlSeconds: 10, staleSeconds: 1_000 });
    advance(10_001);
    const source = Promise.withResolvers<string>();
    const reading = here.getOrSet('x', () => source.promise, { ttlSeconds: 10 });
    const failed = expect(reading).rejects.toThrow('source down');
    await vi.waitFor(async () => expect(await bench.redis.client.exists('shop:cachescope:fences')).toBe(1));
    expect(await here.delete('x')).toEqual({ state: 'done', removedCount: 1 });
    source.reject(new Error('source down'));
    await failed;
  });

  it('by another instance gives its value to who began it, and a new one to who joined it', async () => {
    const { here, there } = await openPair();
    const old = Promise.withResolvers<string>();
    const load = vi.fn<() => Promise<string>>().mockReturnValueOnce(old.promise).mockResolvedValue('new');
    const read = () => here.getOrSet('x', load, { ttlSeconds: 60 });
    const first = read();
    await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(1));
    expect(await there.delete('x')).toMatchObject({ state: 'done' });
    const joined = read();
    old.resolve('old');
    expect(await first).toBe('old');
    expect(await joined).toBe('new');
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('by a later load of another instance does not put its older value in the place of the newer one', async () => {
    const { here, there } = await openPair();
    const old = Promise.withResolvers<string>();
    const load = vi.fn(() => old.promise);
    const reading = here.getOrSet('x', load, { ttlSeconds: 60 });
    await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(1));
    const begunAtMs = performance.now();
    await vi.waitFor(() => expect(performance.now() - begunAtMs).toBeGreaterThan(5));
    expect(await there.getOrSet('x', async () => 'new', { ttlSeconds: 60 })).toBe('new');
    old.resolve('old');
    expect(await reading).toBe('old');
    const next = await here.getOrSet('x', async () => 'loaded once more', { ttlSeconds: 60 });
    expect(next).toBe('new');
  });

  it('keeps who joined no longer than they wanted to wait, also when only the store is slow', async () => {
    const redis = await bench.connect();
    const cache = shopCache(redis, {}, unhurried);
    const source = Promise.withResolvers<string>();
    const read = (waitTimeoutMs?: number) =>
      cache.getOrSet('x', () => source.promise, {
        ttlSeconds: 60,
        ...(waitTimeoutMs === undefined ? {} : { waitTimeoutMs }),
      });
    const first = read();
    const joined = expect(read(50)).rejects.toMatchObject({ code: 'waitTimeout' });
    await vi.waitFor(async () => expect(await bench.redis.client.exists('shop:cachescope:fences')).toBe(1));
    bench.redis.hang();
    source.resolve('loaded');
    expect(await first).toBe('loaded');
    await joined;
    bench.redis.resume();
  });

  it('gives each who joined a value of its own', async () => {
    const { here } = await openPair();
    const source = Promise.withResolvers<{ list: number[] }>();
    const read = () => here.getOrSet('x', () => source.promise, { ttlSeconds: 60 });
    const readers = [read(), read(), read()];
    source.resolve({ list: [1] });
    const values = await Promise.all(readers);
    for (const value of values) value.list.push(2);
    expect(values).toEqual(values.map(() => ({ list: [1, 2] })));
  });
});

describe('an invalidation of a tag', () => {
  it('leaves look-ups of what never has tags to be shared', async () => {
    const source = Promise.withResolvers<number>();
    const load = vi.fn(() => source.promise);
    const cache = shopCache(
      await bench.connect(),
      { plain: family({ key: 'plain:{id}', ttlSeconds: 60, load }) },
      unhurried,
    );
    const readers = [cache.plain.get({ id: 1 })];
    await vi.waitFor(() => expect(load).toHaveBeenCalled());
    for (let round = 0; round < 5; round += 1) {
      await cache.invalidateTag('of others');
      readers.push(cache.plain.get({ id: 1 }));
    }
    source.resolve(7);
    expect(await Promise.all(readers)).toEqual(readers.map(() => 7));
    expect(load).toHaveBeenCalledTimes(1);
  });
});
