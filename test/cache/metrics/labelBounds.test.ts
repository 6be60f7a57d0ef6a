import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCache, family } from '#cache/cache.ts';
import { parseTrafficCounters } from '#server/sources/metrics/parseTrafficCounters.ts';
import { type Exposition, parseExposition } from '#server/sources/parseExposition.ts';
import { metricNames } from '#shared/metricNames.ts';
import { type CacheBench, countOf, shopCache, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const product = family({ key: 'product:{id}', ttlSeconds: 100, load: async () => 1 });

describe('the label key_pattern', () => {
  it('takes families, 100 names of calls and other, whatever calls name', async () => {
    const cache = shopCache(await bench.connect(), { product });
    for (let from = 0; from < 20_000; from += 200) {
      const calls = Array.from({ length: 200 }, (_, at) => {
        const key = `session:${from + at}`;
        return cache.getOrSet(key, async () => 1, { ttlSeconds: 10, pattern: key });
      });
      await Promise.all(calls);
    }
    await cache.product.get({ id: 1 });
    const page = parseExposition(await cache.metrics());
    const patterns = new Set(page.samples.map(({ labels }) => labels.get('key_pattern')));
    patterns.delete(undefined);
    expect(patterns.size).toBe(102);
    expect(await countOf(cache, metricNames.gets, { key_pattern: 'other' })).toBe(19_900);
  });
});

describe('two releases', () => {
  it('are told apart by joining on the page that was scraped', async () => {
    const redis = await bench.connect();
    const open = (version: string, instance: string) =>
      createCache({ redis, service: 'catalog', version, instance, families: { product } });
    const older = open('1.4.0', 'a');
    const newer = open('1.5.0', 'b');
    await older.product.get({ id: 7 });
    await older.product.delete({ id: 7 });
    await older.product.get({ id: 7 });
    await vi.waitFor(async () => expect(await redis.exists('catalog:product:7')).toBe(1));
    await newer.product.get({ id: 7 });
    const pages = [parseExposition(await older.metrics()), parseExposition(await newer.metrics())];
    expect(pages.map(releaseOf)).toEqual(['1.4.0', '1.5.0']);
    expect(pages.map(missesOf)).toEqual([2, 0]);
    // The label to join on, for whoever has scraped all into one place.
    const info = pages[0]?.samples.find(({ name }) => name === metricNames.info);
    expect(info?.labels.get('cache')).toBe('catalog');
  });
});

function releaseOf({ samples }: Exposition): string | undefined {
  return samples.find(({ name }) => name === metricNames.info)?.labels.get('version');
}

function missesOf({ samples }: Exposition): number {
  const { series } = parseTrafficCounters(samples);
  return [...series.values()]
    .filter(({ counted }) => counted.kind === 'count' && counted.metric === 'misses')
    .reduce((sum, { value }) => sum + value, 0);
}
