import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCache, family } from '#cache/cache.ts';
import { metricNames } from '#shared/metricNames.ts';
import { type CacheBench, countOf, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const product = family({ key: 'product:{id}', ttlSeconds: 100, load: async () => 1, tags: () => ['all'] });

describe('metrics', () => {
  it('carry the names and labels that the server reads', async () => {
    const redis = await bench.connect();
    const cache = createCache({
      redis,
      service: 'catalog',
      version: '1.2',
      instance: 'i1',
      families: { product },
    });
    await cache.product.get({ id: 1 });
    await vi.waitFor(async () => expect(await redis.exists('catalog:product:1')).toBe(1));
    await cache.product.get({ id: 1 });
    await cache.product.delete({ id: 1 });
    const labels = { cache: 'catalog', key_pattern: 'catalog:product:{id}' };
    expect(await countOf(cache, metricNames.gets, { ...labels, result: 'hit' })).toBe(1);
    expect(await countOf(cache, metricNames.gets, { ...labels, result: 'miss' })).toBe(1);
    expect(await countOf(cache, metricNames.puts, labels)).toBe(1);
    expect(await countOf(cache, metricNames.removals, { ...labels, source: 'key' })).toBe(1);
    expect(await countOf(cache, metricNames.invalidations, { cache: 'catalog', source: 'key' })).toBe(1);
    expect(await countOf(cache, `${metricNames.loadDuration}_count`, { ...labels, result: 'success' })).toBe(
      1,
    );
    expect(await countOf(cache, `${metricNames.ttlAtSet}_bucket`, { ...labels, le: '100' })).toBe(1);
    expect(await countOf(cache, `${metricNames.ttlAtSet}_bucket`, { ...labels, le: '56' })).toBe(0);
    expect(await countOf(cache, metricNames.layerGets, { cache: 'catalog', layer: 'l2' })).toBe(2);
    const info = { cache: 'catalog', service: 'catalog', instance: 'i1', version: '1.2' };
    expect(await countOf(cache, metricNames.info, info)).toBe(1);
  });

  it('are not disturbed, nor is a call, by a listener that throws', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const cache = createCache({ redis: await bench.connect(), service: 'noisy', families: { product } });
    cache.on('lookup', () => {
      throw new Error('listener broke');
    });
    expect(await cache.product.get({ id: 1 })).toBe(1);
    expect(warn).toHaveBeenCalledTimes(1);
  });
});
