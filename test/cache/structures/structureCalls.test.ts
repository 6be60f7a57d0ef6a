import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startRedisCluster } from '#test/support/redis/startRedisCluster.ts';
import { startTcpProxy } from '#test/support/redis/startTcpProxy.ts';
import { type CacheBench, keptKeys, startBench } from '../startCache.ts';
import { openStructures, type TestStructures } from './openStructures.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const options = { ttlSeconds: 600 };
const of = (calls: TestStructures, key = 'x') => ({
  basket: calls.hash<number | string>(`basket:${key}`, options),
  top: calls.sortedSet(`top:${key}`, { ...options, maxMembers: 2 }),
  seen: calls.list<string>(`seen:${key}`, { ...options, maxLength: 10 }),
});

/** Two whose calls have the same numbers: to Redis, those of the second are those of the first, sent again. */
const openTwins = async (connect: () => Promise<Parameters<typeof openStructures>[0]>) => {
  const instance = randomUUID();
  return [
    openStructures(await connect(), { instance }),
    openStructures(await connect(), { instance }),
  ] as const;
};

describe('a call that is sent again because its reply was lost', () => {
  it.each<[string, (there: ReturnType<typeof of>) => Promise<unknown>, unknown]>([
    ['an increment', ({ basket }) => basket.increment('sku', 2), { state: 'stored', value: 2 }],
    ['an increment of a member', ({ top }) => top.increment('a', 0.5), { state: 'stored', value: 0.5 }],
    ['a push', ({ seen }) => seen.push('a', 'b'), { state: 'stored' }],
  ])('counts once: %s', async (_, call, expected) => {
    await bench.redis.client.flushall();
    await using proxy = await startTcpProxy(bench.redis.port);
    const calls = openStructures(await bench.connect({ port: proxy.port }));
    // So that Redis knows the script, and does not ask for it.
    await call(of(calls, 'known'));
    await proxy.hang('toClient');
    const called = call(of(calls));
    await vi.waitFor(async () => expect(await keptKeys(bench.redis.client)).toHaveLength(2));
    await proxy.reset();
    await proxy.pass();
    expect(await called).toEqual(expected);
    const here = of(openStructures(await bench.connect()));
    const size = await here.seen.size();
    if (size.state === 'read' && size.value > 0) {
      expect(await here.seen.range(0, 10)).toEqual({ state: 'read', value: ['b', 'a'] });
    }
  });

  it('leaves what has become of it alone, and is told the sum as it is by then', async () => {
    await bench.redis.client.flushall();
    const [first, again] = (await openTwins(() => bench.connect())).map((calls) => of(calls));
    if (first === undefined || again === undefined) throw new Error('no twins');
    await first.basket.increment('sku', 5);
    await first.top.increment('a', 1.5);
    await first.seen.push('a');
    await first.basket.increment('sku');
    await first.basket.remove('sku');
    await first.seen.delete();
    expect(await again.basket.increment('sku', 5)).toEqual({ state: 'stored', value: 0 });
    expect(await again.top.increment('a', 1.5)).toEqual({ state: 'stored', value: 1.5 });
    expect(await again.seen.push('a')).toEqual({ state: 'stored' });
    expect(await again.seen.size()).toEqual({ state: 'read', value: 0 });
  });

  it('is refused again when it was refused', async () => {
    await bench.redis.client.flushall();
    const [first, again] = (await openTwins(() => bench.connect())).map((calls) => of(calls));
    if (first === undefined || again === undefined) throw new Error('no twins');
    await first.basket.set('sku', 'text');
    expect(await first.basket.increment('sku')).toEqual({ state: 'failed', code: 'refused' });
    expect(await again.basket.increment('sku')).toEqual({ state: 'failed', code: 'refused' });
    await first.basket.remove('sku');
    expect(await again.basket.increment('sku')).toEqual({ state: 'stored', value: 1 });
  });

  it('costs one bitmap for all structures of an instance, which expires', async () => {
    await bench.redis.client.flushall();
    const calls = openStructures(await bench.connect());
    for (const key of ['a', 'b', 'c']) await of(calls, key).basket.increment('sku');
    const bitmaps = await bench.redis.client.keys('shop:cachescope:structure-calls:*');
    expect(bitmaps).toHaveLength(1);
    expect(await bench.redis.client.pttl(bitmaps[0] ?? '')).toBeGreaterThan(80_000_000);
  });
});

it('in a Cluster, too, a call that is sent again counts once, whatever hash tag the key has', async () => {
  await using cluster = await startRedisCluster();
  const [first, again] = await openTwins(() => cluster.connect());
  for (const key of ['1', '2', '3', '{a}:4', 'b{', '{c']) {
    for (const calls of [first, again]) {
      expect(await of(calls, key).basket.increment('sku', 2)).toEqual({ state: 'stored', value: 2 });
      expect(await of(calls, key).seen.push('a')).toEqual({ state: 'stored' });
      expect(await of(calls, key).seen.size()).toEqual({ state: 'read', value: 1 });
    }
  }
  expect([...first.fallbacks, ...again.fallbacks]).toEqual([]);
});

it('in a Cluster, a key whose braces make no hash tag is counted, without a memory of its calls', async () => {
  await using cluster = await startRedisCluster();
  const [first, again] = await openTwins(() => cluster.connect());
  for (const key of ['a}b', '{}']) {
    await of(first, key).basket.increment('sku');
    expect(await of(again, key).basket.increment('sku')).toEqual({ state: 'stored', value: 2 });
  }
});
