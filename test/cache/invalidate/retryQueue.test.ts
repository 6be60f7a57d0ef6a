import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CacheEventMap, CacheOptions } from '#cache/cache.ts';
import type { CacheErrorCode } from '#cache/cacheError.ts';
import type { Invalidation } from '#cache/invalidate/invalidation.ts';
import { type RetryOptions, RetryQueue } from '#cache/invalidate/retryQueue.ts';
import { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { type CacheBench, openTransport, shopCache, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench[Symbol.asyncDispose]());

const invalidation = (target: string, more: Partial<Invalidation> = {}): Invalidation => ({
  kind: 'key',
  target,
  mode: 'hard',
  source: 'key',
  ...more,
});

describe('an invalidation that Redis did not confirm', () => {
  async function openAway(options: Partial<CacheOptions<Record<never, never>>> = {}) {
    const redis = await bench.connect();
    const cache = shopCache(
      redis,
      {},
      {
        breaker: { openMs: 20, maxOpenMs: 40 },
        retry: { backoffMs: 10, maxBackoffMs: 20 },
        ...options,
      },
    );
    const states: CacheEventMap['retry'][] = [];
    cache.on('retry', (event) => states.push(event));
    return {
      cache,
      states,
      cutOff: async () => {
        bench.redis.hang();
        await vi.waitFor(async () => expect((await cache.delete('probe')).state).toBe('queued'), 5_000);
      },
    };
  }

  it('is done when Redis is back, without anybody asking again', async () => {
    const { cache, states, cutOff } = await openAway({ commandTimeoutMs: 50 });
    await cache.set('x', 'old', { ttlSeconds: 60, tags: ['t'] });
    await cache.set('y', 'old', { ttlSeconds: 60, tags: ['t'] });
    await cutOff();
    expect(await cache.delete('x')).toMatchObject({ state: 'queued' });
    expect(await cache.invalidateTag('t')).toMatchObject({ state: 'queued' });
    bench.redis.resume();
    await vi.waitFor(async () => expect(await bench.redis.client.exists('shop:x', 'shop:y')).toBe(0), 5_000);
    await vi.waitFor(() =>
      expect(states.filter(({ state }) => state === 'done').length).toBeGreaterThanOrEqual(3),
    );
    expect(states.some(({ state }) => state === 'dropped')).toBe(false);
  });

  it('keeps this instance from serving what Redis still holds', async () => {
    const { cache } = await openAway();
    await cache.set('x', 'old', { ttlSeconds: 60 });
    // Redis answers reads and refuses every change, as a replica or a full disk makes it do.
    await bench.redis.client.config('SET', 'min-replicas-to-write', '1');
    expect(await cache.delete('x')).toMatchObject({ state: 'queued', code: 'readOnly' });
    expect(await bench.redis.client.exists('shop:x')).toBe(1);
    expect(await cache.getOrSet('x', async () => 'new', { ttlSeconds: 60 })).toBe('new');
    await bench.redis.client.config('SET', 'min-replicas-to-write', '0');
    await vi.waitFor(async () => expect(await bench.redis.client.exists('shop:x')).toBe(0), 5_000);
  });

  it('of a tag keeps this instance from serving what carries it', async () => {
    const { cache } = await openAway();
    await cache.set('x', 'old', { ttlSeconds: 60, tags: ['t'] });
    await cache.set('y', 'other', { ttlSeconds: 60, tags: ['u'] });
    await bench.redis.client.config('SET', 'min-replicas-to-write', '1');
    expect(await cache.invalidateTag('t')).toMatchObject({ state: 'queued', code: 'readOnly' });
    const read = (key: string, tags: readonly string[]) =>
      cache.getOrSet(key, async () => 'new', { ttlSeconds: 60, tags });
    expect(await read('x', ['t'])).toBe('new');
    expect(await read('y', ['u'])).toBe('other');
    await bench.redis.client.config('SET', 'min-replicas-to-write', '0');
    await vi.waitFor(async () => expect(await bench.redis.client.exists('shop:x')).toBe(0), 5_000);
  });

  it('of a write whose cache half failed deletes what the write replaced', async () => {
    const { cache } = await openAway();
    await cache.set('x', 'old', { ttlSeconds: 60 });
    await bench.redis.client.config('SET', 'min-replicas-to-write', '1');
    expect(await cache.set('x', 'new', { ttlSeconds: 60 })).toMatchObject({ state: 'failed' });
    await bench.redis.client.config('SET', 'min-replicas-to-write', '0');
    await vi.waitFor(async () => expect(await bench.redis.client.exists('shop:x')).toBe(0), 5_000);
  });

  it('goes to the dead letters when Redis answers and refuses it again and again', async () => {
    const { cache, states } = await openAway({
      retry: { backoffMs: 1, maxBackoffMs: 2, maxRefusedCount: 3 },
    });
    await cache.set('x', 'old', { ttlSeconds: 60, tags: ['t'] });
    await bench.redis.client.call('ACL', 'SETUSER', 'default', '-sscan');
    expect(await cache.invalidateTag('t')).toMatchObject({ state: 'queued', code: 'refused' });
    await vi.waitFor(() => expect(states.at(-1)?.state).toBe('deadLettered'), 5_000);
    const [letter] = await bench.redis.client.xrange('shop:cachescope:dead-letters:invalidations', '-', '+');
    expect(letter?.[1]).toEqual(
      expect.arrayContaining(['kind', 'tag', 'target', 't', 'mode', 'hard', 'reason', 'refused']),
    );
  });

  it('is tried once more by close, which says how many are lost', async () => {
    const { cache, states, cutOff } = await openAway({ commandTimeoutMs: 50 });
    await cutOff();
    await cache.delete('x');
    expect(await cache.close()).toMatchObject({ lostInvalidationCount: 2 });
    expect(states.filter(({ state }) => state === 'dropped')).toHaveLength(2);
    expect(await cache.delete('y')).toMatchObject({ state: 'failed', code: 'closed' });
  });
});

describe('the queue', () => {
  type Apply = (invalidation: Invalidation) => Promise<CacheErrorCode | null>;
  async function open(apply: Apply, options: Partial<RetryOptions> = {}) {
    const events = new CacheEvents();
    const states: CacheEventMap['retry'][] = [];
    events.on('retry', (event) => states.push(event));
    const queue = new RetryQueue({
      transport: openTransport(await bench.connect()),
      events,
      prefix: 'shop:',
      clock: () => 5_000,
      apply,
      options: { maxQueuedCount: 3, backoffMs: 60_000, maxBackoffMs: 60_000, maxRefusedCount: 2, ...options },
    });
    return { queue, states };
  }

  it('holds one wish for each target, and the harder of two', async () => {
    const applied: Invalidation[] = [];
    const { queue } = await open(async (one) => {
      applied.push(one);
      return null;
    });
    queue.add(invalidation('x', { mode: 'soft' }), 'timeout');
    queue.add(invalidation('x'), 'timeout');
    queue.add(invalidation('x', { mode: 'soft' }), 'timeout');
    expect(queue.queuedCount).toBe(1);
    expect(queue.modeOfKey('x')).toBe('hard');
    expect(queue.oldestAtMs).toBe(5_000);
    await queue.run();
    expect(queue.queuedCount).toBe(0);
    expect(applied).toEqual([invalidation('x')]);
  });

  it('tells the hardest that waits for a key or one of its tags', async () => {
    const { queue } = await open(async () => 'timeout', { maxQueuedCount: 10 });
    queue.add(invalidation('shop:a', { mode: 'soft' }), 'timeout');
    queue.add(invalidation('shop:*', { kind: 'pattern', mode: 'soft' }), 'timeout');
    queue.add(invalidation('soft', { kind: 'tag', mode: 'soft' }), 'timeout');
    queue.add(invalidation('hard', { kind: 'tag' }), 'timeout');
    expect([queue.modeOfKey('shop:a'), queue.modeOfKey('shop:b'), queue.modeOfKey('x')]).toEqual([
      'soft',
      'soft',
      null,
    ]);
    expect([['soft'], ['soft', 'hard'], ['other']].map((tags) => queue.modeOfTags(tags))).toEqual([
      'soft',
      'hard',
      null,
    ]);
    queue.add(invalidation('shop:a*', { kind: 'pattern' }), 'timeout');
    expect([queue.modeOfKey('shop:a'), queue.modeOfKey('shop:b')]).toEqual(['hard', 'soft']);
  });

  it('drops the oldest above its bound, and says so', async () => {
    const { queue, states } = await open(async () => 'timeout');
    for (const key of ['a', 'b', 'c', 'd']) queue.add(invalidation(key), 'timeout');
    expect(queue.queuedCount).toBe(3);
    expect(queue.modeOfKey('a')).toBeNull();
    for (const key of ['e*', 'f', 'g', 'h']) {
      queue.add(invalidation(key, { kind: key === 'e*' ? 'pattern' : 'key' }), 'timeout');
    }
    expect(queue.modeOfKey('e1')).toBeNull();
    expect(states.filter(({ state }) => state === 'dropped')).toHaveLength(5);
  });

  it('ends a round at the first sign that Redis is away', async () => {
    const apply = vi.fn(async (): Promise<CacheErrorCode> => 'breakerOpen');
    const { queue } = await open(apply);
    for (const key of ['a', 'b', 'c']) queue.add(invalidation(key), 'timeout');
    await queue.run();
    expect(apply).toHaveBeenCalledTimes(1);
    expect(queue.queuedCount).toBe(3);
  });

  it('keeps a wish that comes while an attempt for an earlier one is under way', async () => {
    const attempt = Promise.withResolvers<null>();
    const { queue } = await open(() => attempt.promise);
    queue.add(invalidation('x'), 'timeout');
    const round = queue.run();
    queue.add(invalidation('x'), 'timeout');
    attempt.resolve(null);
    await round;
    expect(queue.queuedCount).toBe(1);
  });
});
