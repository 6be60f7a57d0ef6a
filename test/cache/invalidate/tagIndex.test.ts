import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cache } from '#cache/cache.ts';
import { AtomicEntryStore } from '#cache/entries/atomicEntryStore.ts';
import { tidyTag } from '#cache/invalidate/tagTidier.ts';
import { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { type CacheBench, countOf, keptKeys, openTransport, shopCache, startBench } from '../startCache.ts';

let bench: CacheBench;
let cache: Cache<Record<never, never>>;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
  await bench.redis.client.flushall();
  cache = shopCache(await bench.connect(), {});
});

const members = (tag: string) => bench.redis.client.smembers(`shop:tag:${tag}`);
const set = (key: string, tags: string[], ttlSeconds = 60) => cache.set(key, key, { ttlSeconds, tags });

describe('an entry with tags', () => {
  it('is listed under each tag, and lists its tags', async () => {
    await set('p:1', ['a', 'b', 'a']);
    expect(await members('a')).toEqual(['shop:p:1']);
    expect(await members('b')).toEqual(['shop:p:1']);
    expect((await bench.redis.client.smembers('shop:key-tags:shop:p:1')).sort()).toEqual(['a', 'b']);
    const [listEnds, entryEnds] = [
      await bench.redis.client.pexpiretime('shop:key-tags:shop:p:1'),
      await bench.redis.client.pexpiretime('shop:p:1'),
    ];
    // Before Redis 7.2 each command of a script reads the clock anew.
    expect(Math.abs(listEnds - entryEnds)).toBeLessThan(100);
  });

  it('leaves the tags that it no longer has when it is stored again', async () => {
    await set('p:1', ['a', 'b']);
    await set('p:1', ['b', 'c']);
    expect(await bench.redis.client.exists('shop:tag:a')).toBe(0);
    expect(await members('b')).toEqual(['shop:p:1']);
    expect(await members('c')).toEqual(['shop:p:1']);
    await set('p:1', []);
    expect(await keptKeys(bench.redis.client)).toEqual(['shop:p:1']);
  });

  it('never shortens the life of a tag, and outlives its longest member', async () => {
    await set('p:1', ['a'], 1_000);
    await set('p:2', ['a'], 10);
    expect(await bench.redis.client.pttl('shop:tag:a')).toBeGreaterThan(1_000_000 * 0.95);
    await set('p:3', ['a'], 2_000);
    expect(await bench.redis.client.pttl('shop:tag:a')).toBeGreaterThan(2_000_000 * 0.95);
  });

  it('is refused with a typed error above the cap on tags', async () => {
    const tags = Array.from({ length: 33 }, (_, index) => `t${index}`);
    await expect(set('p:1', tags)).rejects.toMatchObject({ code: 'tooManyTags' });
    await expect(set('p:1', [''])).rejects.toMatchObject({ code: 'badOptions' });
    expect(await keptKeys(bench.redis.client)).toEqual([]);
  });

  it('leaves the counters of the instance to the traffic of the service', async () => {
    await set('p:1', ['a']);
    await bench.redis.client.config('RESETSTAT');
    await set('p:1', ['a', 'b']);
    await set('p:2', ['b']);
    await cache.delete('p:1');
    await cache.invalidateTag('b');
    const stats = await bench.redis.client.info('stats');
    // One SSCAN of the invalidation; nothing of writes and deletions.
    expect(stats).toMatch(/keyspace_hits:1\r/);
    expect(stats).toMatch(/keyspace_misses:0\r/);
  });

  it('is written, read and invalidated by a client that pipelines by itself', async () => {
    const piped = shopCache(await bench.connect({ enableAutoPipelining: true }), {});
    const keys = Array.from({ length: 20 }, (_, index) => `p:${index}`);
    await Promise.all(keys.map((key) => piped.set(key, key, { ttlSeconds: 60, tags: ['a'] })));
    const load = async () => 'loaded';
    expect(await Promise.all(keys.map((key) => piped.getOrSet(key, load, { ttlSeconds: 60 })))).toEqual(keys);
    expect(await piped.invalidateTag('a')).toEqual({ state: 'done', removedCount: 20 });
  });

  it('is written after Redis forgot the scripts', async () => {
    await set('p:1', ['a']);
    await bench.redis.client.script('FLUSH');
    expect(await set('p:2', ['a'])).toEqual({ state: 'stored' });
  });
});

describe('deletion', () => {
  it('takes the entry out of its tags, so that they shrink', async () => {
    await set('p:1', ['a', 'b']);
    await set('p:2', ['a']);
    expect(await cache.delete('p:1')).toEqual({ state: 'done', removedCount: 1 });
    expect(await cache.delete('p:1')).toEqual({ state: 'done', removedCount: 0 });
    const left = ['shop:key-tags:shop:p:2', 'shop:p:2', 'shop:tag:a'];
    await vi.waitFor(async () => expect(await keptKeys(bench.redis.client)).toEqual(left));
    await vi.waitFor(async () => expect(await members('a')).toEqual(['shop:p:2']));
  });
});

describe('invalidation of a tag', () => {
  it('removes its entries and their traces, and nothing else', async () => {
    for (let index = 0; index < 350; index += 1) await set(`p:${index}`, ['a', `x${index % 3}`]);
    await set('other', ['x0']);
    expect(await cache.invalidateTag('a')).toEqual({ state: 'done', removedCount: 350 });
    const left = ['shop:key-tags:shop:other', 'shop:other', 'shop:tag:x0'];
    await vi.waitFor(async () => expect(await keptKeys(bench.redis.client)).toEqual(left));
    await vi.waitFor(async () => expect(await members('x0')).toEqual(['shop:other']));
  });

  it('takes several tags, and a tag without members', async () => {
    await set('p:1', ['a']);
    await set('p:2', ['b']);
    expect(await cache.invalidateTag(['a', 'b', 'none'])).toEqual({ state: 'done', removedCount: 2 });
    expect(await keptKeys(bench.redis.client)).toEqual([]);
  });

  it('sends pages of at most 100 keys and never SMEMBERS', async () => {
    for (let index = 0; index < 260; index += 1) await set(`p:${index}`, ['a']);
    await bench.redis.client.config('RESETSTAT');
    await cache.invalidateTag('a');
    const calls = await bench.redis.client.info('commandstats');
    expect(calls).not.toMatch(/cmdstat_smembers/);
    const scriptCount = Number(/cmdstat_evalsha:calls=(\d+)/.exec(calls)?.[1]);
    expect(scriptCount).toBeGreaterThanOrEqual(3);
  });

  it('leaves what is not removed under the tag when it is cut off, and ends the work when asked again', async () => {
    for (let index = 0; index < 300; index += 1) await set(`p:${index}`, ['a']);
    const redis = await bench.connect();
    let scriptCount = 0;
    const evalsha = redis.evalsha.bind(redis);
    vi.spyOn(redis, 'evalsha').mockImplementation((...args: Parameters<typeof evalsha>) => {
      scriptCount += 1;
      return scriptCount > 2 ? Promise.reject(new Error('Connection is closed.')) : evalsha(...args);
    });
    const cut = shopCache(redis, {});
    expect(await cut.invalidateTag('a')).toMatchObject({ state: 'queued', code: 'unreachable' });
    const left = (await bench.redis.client.keys('shop:p:*')).sort();
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(300);
    expect((await members('a')).sort()).toEqual(left);
    expect(await cache.invalidateTag('a')).toEqual({ state: 'done', removedCount: left.length });
    expect(await keptKeys(bench.redis.client)).toEqual([]);
  });

  it('leaves no entry readable that was listed before it began, while writers go on', async () => {
    const writers = await Promise.all([0, 1, 2].map(async () => shopCache(await bench.connect(), {})));
    for (let round = 0; round < 10; round += 1) {
      for (let index = 0; index < 200; index += 1) await set(`old:${round}:${index}`, ['a', `b${index % 5}`]);
      let isOver = false;
      const writing = writers.map(async (writer, id) => {
        for (let index = 0; !isOver; index += 1) {
          const tags = index % 2 === 0 ? ['a'] : [`b${index % 5}`];
          await writer.set(`new:${id}:${index % 20}`, index, { ttlSeconds: 60, tags });
        }
      });
      await cache.invalidateTag('a');
      const left = await bench.redis.client.keys(`shop:old:${round}:*`);
      isOver = true;
      await Promise.all(writing);
      expect(left).toEqual([]);
      await expectConsistentIndex();
    }
  });

  it('counts removed entries by family', async () => {
    await set('p:1', ['a']);
    await cache.invalidateTag('a');
    expect(await countOf(cache, 'cache_removals_total', { source: 'tag', key_pattern: 'other' })).toBe(1);
    expect(await countOf(cache, 'cache_invalidations_total', { source: 'tag' })).toBe(1);
  });
});

describe('tidying', () => {
  const tidy = async (events = new CacheEvents(), maxMembersPerTag = 1_000) => {
    const transport = openTransport(await bench.connect());
    const entries = new AtomicEntryStore(transport, 'shop:');
    await tidyTag(
      { transport, entries, events, prefix: 'shop:', random: Math.random, maxMembersPerTag },
      'a',
    );
  };

  it('drops members whose entry is gone, and no others', async () => {
    for (let index = 0; index < 50; index += 1) await set(`p:${index}`, ['a']);
    await bench.redis.client.unlink(...Array.from({ length: 30 }, (_, index) => `shop:p:${index}`));
    await tidy();
    expect((await members('a')).sort()).toEqual((await bench.redis.client.keys('shop:p:*')).sort());
  });

  it('keeps a tag below twice its living members under endless new keys', async () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const busy = shopCache(await bench.connect(), {}, { random });
    for (let index = 0; index < 3_000; index += 1) {
      await busy.set(`p:${index}`, 1, { ttlSeconds: 60, tags: ['a'] });
      if (index >= 200) await bench.redis.client.unlink(`shop:p:${index - 200}`);
    }
    expect(await bench.redis.client.scard('shop:tag:a')).toBeLessThan(400);
  });

  it('reports a tag above its cap, and indexes on', async () => {
    const events = new CacheEvents();
    const codes: string[] = [];
    events.on('fallback', ({ code }) => codes.push(code));
    await set('p:1', ['a']);
    await set('p:2', ['a']);
    await tidy(events, 2);
    expect(codes).toEqual([]);
    await tidy(events, 1);
    expect(codes).toEqual(['tagFull']);
    expect(await members('a')).toHaveLength(2);
  });
});

/** In one moment, for what a writer or an invalidation on a busy machine left for later may still come. */
const FIND_INCONSISTENT = `
  local found = {}
  for _, reverse in ipairs(redis.call('KEYS', 'shop:key-tags:*')) do
    local key = string.sub(reverse, #'shop:key-tags:' + 1)
    for _, tag in ipairs(redis.call('SMEMBERS', reverse)) do
      if redis.call('SISMEMBER', 'shop:tag:' .. tag, key) == 0 then found[#found + 1] = key .. ' under ' .. tag end
    end
  end
  for _, key in ipairs(redis.call('KEYS', 'shop:new:*')) do
    if redis.call('EXISTS', 'shop:key-tags:' .. key) == 0 then found[#found + 1] = key end
  end
  return found`;

/** Every readable entry is listed under each tag that it lists. */
async function expectConsistentIndex(): Promise<void> {
  expect(await bench.redis.client.eval(FIND_INCONSISTENT, 0)).toEqual([]);
}
