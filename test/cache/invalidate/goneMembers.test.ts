import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { GoneMembers } from '#cache/invalidate/goneMembers.ts';
import type { Outcome } from '#cache/store/redisTransport.ts';
import { type CacheBench, keptKeys, shopCache, startBench } from '../startCache.ts';

/** Gone members of a store whose answers are given by hand. */
function openGone() {
  const asked: { readonly tag: string; readonly count: number; answer(outcome: Outcome<unknown>): void }[] =
    [];
  const tracked: Promise<unknown>[] = [];
  const gone = new GoneMembers({
    track: (work) => void tracked.push(work),
    entries: {
      dropGone: (tag, keys) =>
        new Promise((answer) => {
          asked.push({ tag, count: keys.length, answer });
        }),
    },
  });
  let answeredCount = 0;
  const answerAll = async (): Promise<void> => {
    for (const one of asked.slice(answeredCount)) one.answer({ isDone: true, reply: 0 });
    answeredCount = asked.length;
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { asked, tracked, gone, answerAll };
}

const key = Buffer.from('shop:p:1');

describe('removed keys that other tags list', () => {
  it('are told to several tags at a time, 100 at once to each', async () => {
    const { asked, tracked, gone, answerAll } = openGone();
    for (let index = 0; index < 20; index += 1) gone.add(key, [`t${index}`]);
    for (let index = 0; index < 249; index += 1) gone.add(key, ['t19']);
    expect(asked).toEqual([]);
    gone.clean();
    expect(asked).toHaveLength(8);
    for (let round = 0; round < 4; round += 1) await answerAll();
    await Promise.all(tracked);
    expect(asked.map(({ tag, count }) => `${tag} ${count}`)).toEqual([
      ...Array.from({ length: 19 }, (_, index) => `t${index} 1`),
      ...['t19 100', 't19 100', 't19 50'],
    ]);
  });

  it('are remembered within a bound, and told before it is reached', async () => {
    const { asked, tracked, gone, answerAll } = openGone();
    for (let index = 0; index < 100_000; index += 1) gone.add(key, [`t${index}`]);
    expect(asked).toHaveLength(8);
    while (asked.length < 20_008) await answerAll();
    await answerAll();
    await Promise.all(tracked);
    expect(asked).toHaveLength(20_008);
  });

  it('are left to tidying when Redis is away', async () => {
    const { asked, tracked, gone } = openGone();
    for (let index = 0; index < 20; index += 1) gone.add(key, [`t${index}`]);
    gone.clean();
    for (const one of asked) one.answer({ isDone: false, code: 'unreachable', error: null });
    await Promise.all(tracked);
    expect(asked).toHaveLength(8);
  });
});

describe('an invalidation', () => {
  let bench: CacheBench;
  beforeAll(async () => {
    bench = await startBench();
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  /** A cache whose scripts over the tags `own:...` wait until they are let through. */
  async function openHeld() {
    await bench.redis.client.flushall();
    const redis = await bench.connect();
    const cache = shopCache(redis, {});
    for (let index = 0; index < 150; index += 1) {
      await cache.set(`p:${index}`, index, { ttlSeconds: 60, tags: ['a', `own:${index}`] });
    }
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const evalsha = redis.evalsha.bind(redis);
    vi.spyOn(redis, 'evalsha').mockImplementation(async (...args: Parameters<typeof evalsha>) => {
      if (String(args[2]).startsWith('shop:tag:own:')) await released;
      return evalsha(...args);
    });
    let toldCount = 0;
    cache.on('broadcast', () => {
      toldCount += 1;
    });
    return { cache, release, toldCount: () => toldCount };
  }

  it('is confirmed and told before the other tags of its entries are cleaned', async () => {
    const { cache, release, toldCount } = await openHeld();
    expect(await cache.invalidateTag('a')).toEqual({ state: 'done', removedCount: 150 });
    expect(await bench.redis.client.keys('shop:tag:own:*')).toHaveLength(150);
    expect(toldCount()).toBe(1);
    release();
    await vi.waitFor(async () => expect(await keptKeys(bench.redis.client)).toEqual([]));
    await cache.close();
  });

  it('of a key is confirmed before its tags are cleaned', async () => {
    const { cache, release } = await openHeld();
    expect(await cache.delete('p:1')).toEqual({ state: 'done', removedCount: 1 });
    expect(await bench.redis.client.keys('shop:tag:own:1')).toHaveLength(1);
    release();
    await vi.waitFor(async () => expect(await bench.redis.client.keys('shop:tag:own:1')).toEqual([]));
    await cache.close();
  });

  it('has cleaned up when the cache is closed', async () => {
    const { cache, release } = await openHeld();
    await cache.invalidateTag('a');
    const closing = cache.close();
    release();
    await closing;
    expect(await keptKeys(bench.redis.client)).toEqual([]);
  });
});
