import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cache } from '#cache/cache.ts';
import { keyMatcher } from '#shared/keys/namePattern.ts';
import { type CacheBench, countOf, keptKeys, shopCache, startBench } from '../startCache.ts';

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

const set = (key: string, tags: string[] = []) => cache.set(key, key, { ttlSeconds: 60, tags });

/** All names in Redis as bytes, shown one character each. */
async function names(): Promise<string[]> {
  const found = await bench.redis.client.keysBuffer('*');
  return found
    .map((name) => name.toString('latin1'))
    .filter((name) => !name.includes('cachescope:'))
    .sort();
}

const asBytes = (text: string): string => Buffer.from(text).toString('latin1');

describe('invalidation of a pattern', () => {
  it.each(['', '*', '**', ':*', '*:*', '::', '{*}'])(
    'is refused for "%s", and removes nothing',
    async (pattern) => {
      await set('p:1');
      await expect(cache.invalidatePattern(pattern)).rejects.toMatchObject({
        code: pattern === '' ? 'badOptions' : 'patternTooBroad',
      });
      expect(await names()).toEqual(['shop:p:1']);
    },
  );

  it('removes what matches with its traces in the index, and leaves index, own keys and other services', async () => {
    await set('p:1', ['a', 'p:2']);
    await set('p:2', ['a']);
    await set('q:1', ['a']);
    await bench.redis.client.mset('shopping:p:1', 'x', 'other:shop:p:1', 'x', 'shop:p', 'x', 'SHOP:p:1', 'x');
    await bench.redis.client.set('shop:cachescope:p:1', 'x');
    expect(await cache.invalidatePattern('p:*')).toEqual({ state: 'done', removedCount: 2 });
    const others = ['SHOP:p:1', 'other:shop:p:1', 'shop:p', 'shopping:p:1'];
    const left = [...others, 'shop:key-tags:shop:q:1', 'shop:q:1', 'shop:tag:a'].sort();
    await vi.waitFor(async () => expect(await names()).toEqual(left));
    expect(await bench.redis.client.exists('shop:cachescope:p:1', 'shop:cachescope:fences')).toBe(2);
    await vi.waitFor(async () =>
      expect(await bench.redis.client.smembers('shop:tag:a')).toEqual(['shop:q:1']),
    );
    expect(await countOf(cache, 'cache_removals_total', { source: 'pattern' })).toBe(2);
  });

  it('spares index and own keys also where the pattern names them', async () => {
    await set('p:1', ['a']);
    const before = await bench.redis.client.keys('*');
    for (const pattern of ['tag:*', 'key-tags:*', 'cachescope:*', '*tag*', '*cachescope*']) {
      expect(await cache.invalidatePattern(pattern)).toEqual({ state: 'done', removedCount: 0 });
    }
    expect((await bench.redis.client.keys('*')).sort()).toEqual(before.sort());
  });

  const hostile = [
    ...[
      'a',
      'b',
      'a*b',
      'a?b',
      'axb',
      'a[b]',
      'ab',
      'a[^b]',
      'ac',
      '[a-c]',
      'a\\',
      'a\\b',
      '\\',
      'a^b',
      'a-b',
    ],
    ...[
      'a\nb',
      'a\r\nb',
      'a\0b',
      'a{b}',
      '{*}',
      'a{*}b',
      'é',
      'e\u0301',
      '日本',
      '🙂',
      'a b',
      'a"b',
      'a:',
      'a::b',
    ],
    ...['A', '%2A', 'a]', '[', ']', '?', '??', '^', '-', '.', 'a.b', '(a|b)', '$', 'x'.repeat(300)],
  ];

  it.each([
    'a[b]*',
    'a?b*',
    'a\\*',
    '[a-c]*',
    'a[^b]*',
    'a^b*',
    '*-b',
    '*[',
    'a*b',
    '??*',
    '*é',
    '🙂*',
    '*\n*b',
    'a{b}*',
    '(a|b)*',
    '*A',
  ])('takes of hostile names exactly those that "%s" stands for', async (pattern) => {
    for (const key of hostile) await set(key);
    const expected = hostile.filter(keyMatcher(pattern)).length;
    // What "*" stands for is told by plain means here, so that the two do not agree on the same mistake.
    const literal = pattern.replaceAll('*', '');
    for (const key of hostile.filter(keyMatcher(pattern))) {
      for (const character of literal) expect(key).toContain(character);
    }
    const kept = hostile.filter((key) => !keyMatcher(pattern)(key)).map((key) => asBytes(`shop:${key}`));
    expect(await cache.invalidatePattern(pattern)).toEqual({ state: 'done', removedCount: expected });
    expect(await names()).toEqual(kept.sort());
  });

  it.each(['hard', 'soft'] as const)(
    'removes names that are no text, and not others that read like them (%s)',
    async (mode) => {
      const { client } = bench.redis;
      const odd = [[0xff], [0xc3], [0xfe, 0x3a], [0xed, 0xa0, 0x80], [0x80, 0x2a]].map((bytes) =>
        Buffer.concat([Buffer.from('shop:x:'), Buffer.from(bytes)]),
      );
      for (const name of odd) await client.set(name, 'of another program');
      // What those bytes become when they are read as UTF-8.
      await client.set('other:\ufffd', 'x');
      const twins = odd.map((name) => `y${name.toString('utf8')}`);
      for (const twin of twins) await client.set(twin, 'x');
      const replaced = Buffer.from('shop:z:\ufffd');
      await client.set(replaced, 'x');
      await client.set(Buffer.from([...Buffer.from('shop:z:'), 0xff]), 'x');
      expect(await cache.invalidatePattern('x:*', { mode })).toEqual({
        state: 'done',
        removedCount: odd.length,
      });
      expect(await client.exists(...twins, 'other:\ufffd', replaced)).toBe(twins.length + 2);
      expect(await cache.invalidatePattern('z:\ufffd', { mode })).toEqual({ state: 'done', removedCount: 1 });
      expect((await client.keysBuffer('shop:z:*')).map((name) => name.toString('latin1'))).toEqual([
        'shop:z:\xff',
      ]);
    },
  );

  it('removes exactly the keys of one family where fields are left open', async () => {
    for (const key of ['p:1', 'p:2', 'p:1:reviews', 'p:', 'pp:1']) await set(key);
    expect(await cache.invalidatePattern('p:{*}')).toEqual({ state: 'done', removedCount: 2 });
    expect(await names()).toEqual(['shop:p:', 'shop:p:1:reviews', 'shop:pp:1']);
  });

  it('removes keys of any type', async () => {
    const { client } = bench.redis;
    await client.hset('shop:x:hash', 'a', 1);
    await client.rpush('shop:x:list', 1);
    await client.zadd('shop:x:sorted', 1, 'a');
    expect(await cache.invalidatePattern('x:*', { mode: 'soft' })).toEqual({
      state: 'done',
      removedCount: 3,
    });
    expect(await names()).toEqual([]);
  });

  it('marks in soft mode: the old value is served, and refreshed in the background', async () => {
    const lives = { ttlSeconds: 60, staleWhileRevalidate: true };
    await cache.set('p:1', 'old', { ...lives, tags: ['a'] });
    expect(await cache.invalidatePattern('p:*', { mode: 'soft' })).toEqual({
      state: 'done',
      removedCount: 1,
    });
    expect(await bench.redis.client.smembers('shop:tag:a')).toEqual(['shop:p:1']);
    const load = vi.fn(async () => 'new');
    expect(await cache.getOrSet('p:1', load, lives)).toBe('old');
    await vi.waitFor(async () => expect(await cache.getOrSet('p:1', load, lives)).toBe('new'));
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('refuses what was loaded before it, and keeps what is loaded after it', async () => {
    let finish: (value: string) => void = () => {};
    const load = () => new Promise<string>((resolve) => (finish = resolve));
    const loading = cache.getOrSet('p:1', load, { ttlSeconds: 60 });
    await vi.waitFor(async () => expect(await bench.redis.client.exists('shop:cachescope:fences')).toBe(1));
    const other = shopCache(await bench.connect(), {}, { instance: 'other' });
    await other.invalidatePattern('p:*');
    finish('old');
    expect(await loading).toBe('old');
    await cache.close();
    expect(await keptKeys(bench.redis.client)).toEqual([]);
    await other.getOrSet('p:1', async () => 'new', { ttlSeconds: 60 });
    await other.close();
    expect(await keptKeys(bench.redis.client)).toEqual(['shop:p:1']);
  });

  it('walks 20,000 keys in pages, with few commands on their way, and never KEYS', async () => {
    const { client } = bench.redis;
    for (let start = 0; start < 20_000; start += 1_000) {
      const page = Array.from({ length: 1_000 }, (_, index) => `shop:p:${start + index}`);
      await client.mset(...page.flatMap((key) => [key, 'x']), `shop:q:${start}`, 'x');
    }
    await client.config('RESETSTAT');
    const redis = await bench.connect();
    let underWay = 0;
    let most = 0;
    const send = redis.sendCommand.bind(redis);
    vi.spyOn(redis, 'sendCommand').mockImplementation((command, stream) => {
      underWay += 1;
      most = Math.max(most, underWay);
      const done = () => {
        underWay -= 1;
      };
      command.promise.then(done, done);
      return send(command, stream);
    });
    const result = await shopCache(redis, {}).invalidatePattern('p:*');
    expect(result).toEqual({ state: 'done', removedCount: 20_000 });
    expect(most).toBeLessThanOrEqual(2);
    const stats = await client.info('commandstats');
    expect(stats).not.toMatch(/cmdstat_(keys|flush|del)\b/);
    expect(Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1])).toBeLessThan(20_000 / 50);
    expect(await client.zcard('shop:cachescope:fences')).toBeLessThan(5);
    expect(await names()).toHaveLength(20);
  });

  it('is queued when Redis goes in the middle, serves nothing of it meanwhile, and ends by itself', async () => {
    for (let index = 0; index < 1_000; index += 1) await set(`p:${index}`);
    const redis = await bench.connect();
    const cut = shopCache(redis, {}, { retry: { backoffMs: 60_000 } });
    const send = redis.sendCommand.bind(redis);
    let scanCount = 0;
    const spy = vi.spyOn(redis, 'sendCommand').mockImplementation((command, stream) => {
      if (command.name === 'scan') scanCount += 1;
      if (scanCount <= 2 || command.name !== 'scan') return send(command, stream);
      command.reject(new Error('Connection is closed.'));
      return command.promise;
    });
    expect(await cut.invalidatePattern('p:*')).toMatchObject({ state: 'queued', code: 'unreachable' });
    const left = await bench.redis.client.keys('shop:p:*');
    expect(left.length).toBeGreaterThan(0);
    const key = String(left[0]).slice('shop:'.length);
    expect(await cut.getOrSet(key, async () => 'loaded', { ttlSeconds: 60 })).toBe('loaded');
    spy.mockRestore();
    expect(await cut.close()).toMatchObject({ lostInvalidationCount: 0 });
    expect(await bench.redis.client.keys('shop:p:*')).toEqual([]);
  });
});
