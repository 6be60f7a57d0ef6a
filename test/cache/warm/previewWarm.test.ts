import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type CacheBench, startBench } from '../startCache.ts';
import { ProductSource } from './openWarmBench.ts';
import { openWarmInstance } from './openWarmers.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

it('tells what a run would go through, by pattern and freshness, and loads nothing', async () => {
  const source = new ProductSource();
  await using shop = openWarmInstance(await bench.connect(), { source });
  for (const id of [1, 2, 3]) await shop.get(id);
  await shop.core.invalidate({ kind: 'key', target: 'shop:product:3', mode: 'soft', source: 'key' });
  source.loadedIds.length = 0;
  await bench.redis.client.config('RESETSTAT');
  expect(await shop.warmers.preview('popular')).toEqual({
    ...{ entryCount: 20, isCut: false, patterns: [{ pattern: 'shop:product:{id}', count: 20 }] },
    ...{ sampledCount: 20, freshCount: 2 },
    ...{ perSecond: 50, concurrency: 4, stages: [0.01, 0.1, 1], jitterRatio: 0.2 },
  });
  expect(source.loadedIds).toEqual([]);
  expect(await bench.redis.client.info('stats')).toMatch(/keyspace_hits:0\r\nkeyspace_misses:0/);
  expect(shop.warmers.warmers()).toMatchObject([{ state: 'idle', lastReport: null }]);
});

it('counts what the stages reach of a list that is cut, and looks at a sample from its first to its last', async () => {
  const source = new ProductSource();
  const popular = { maxCount: 1_000, stages: [0.1, 0.5] };
  await using shop = openWarmInstance(await bench.connect(), { source, count: 2_000, popular });
  for (const id of [1, 500, 501, 1_000]) await shop.get(id);
  expect(await shop.warmers.preview('popular')).toMatchObject({
    ...{ entryCount: 500, isCut: true, sampledCount: 200, freshCount: 2 },
  });
});

it('fails as the list does, or without the warmer, or without Redis', async () => {
  const source = new ProductSource();
  const list = async () => {
    throw new Error('no database');
  };
  const redis = await bench.connect();
  await using shop = openWarmInstance(redis, { source, popular: { list } });
  await expect(shop.warmers.preview('popular')).rejects.toThrow('no database');
  await expect(shop.warmers.preview('other')).rejects.toMatchObject({ code: 'unknownWarmer' });
  await using away = openWarmInstance(redis, { source });
  redis.disconnect();
  await expect(away.warmers.preview('popular')).rejects.toMatchObject({ code: 'timeout' });
});
