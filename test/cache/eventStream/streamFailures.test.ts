import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTcpProxy } from '#test/support/redis/startTcpProxy.ts';
import { joinOnce, openJoined, openService, quickBus, standing } from '../eventBus/openService.ts';
import { until } from '../eventBus/until.ts';
import { type CacheBench, keptKeys, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => bench.redis.client.flushall());

const STREAM = 'cachescope:events';
const DEAD = 'cachescope:{cachescope:events}:dead-letters:shop';

describe('an event that fails', () => {
  it.each([
    ['poison', 'Error: a contract with a fault'],
    ['broad', 'patternTooBroad: '],
  ])('lies in the dead letters with its fields and the reason: %s', async (name, reason) => {
    await using shop = await openJoined(await bench.connect());
    await shop.declared.publish(name, null);
    await shop.declared.publish('product.updated', { id: 1 });
    await until(() => expect(shop.count('applied')).toBe(1));
    await until(() => expect(shop.count('deadLettered', name)).toBe(1));
    const letters = await bench.redis.client.xrange(DEAD, '-', '+');
    expect(letters).toHaveLength(1);
    const fields = letters[0]?.[1] ?? [];
    expect(fields).toEqual(expect.arrayContaining(['event', name, 'source', 'shop', 'payload', 'null']));
    expect(fields.at(-1)).toContain(reason);
    expect(await standing(shop)).toMatchObject({ pendingCount: 0, lostCount: 0, deadLetterCount: 1 });
  });

  it.each([
    ['no envelope at all', ['a', 'b']],
    ['a later format', ['v', '2', 'id', 'x', 'event', 'product.updated', 'source', 's', 'payload', '{}']],
    [
      'no JSON',
      ['v', '1', 'id', 'x', 'event', 'product.updated', 'source', 's', 'atMs', '1', 'payload', '{"id":'],
    ],
  ])('is one that another producer wrote wrongly: %s', async (_name, fields) => {
    await using shop = await openJoined(await bench.connect());
    await bench.redis.client.xadd(STREAM, '*', ...fields);
    await shop.declared.publish('product.updated', { id: 1 });
    await until(() => expect(shop.count('deadLettered')).toBe(1));
    expect(shop.count('applied')).toBe(1);
    expect(await standing(shop)).toMatchObject({
      ...{ undeliveredCount: 0, pendingCount: 0, lostCount: 0, deadLetterCount: 1 },
    });
  });

  it('comes back no more when it was delivered too often without an end, as one that kills its reader', async () => {
    await joinOnce(await bench.connect());
    await using catalog = openService(await bench.connect(), { service: 'catalog', isStarted: false });
    await catalog.declared.publish('product.updated', { id: 1 });
    await bench.redis.client.xreadgroup('GROUP', 'shop', 'i1', 'STREAMS', STREAM, '>');
    const [pending] = await bench.redis.client.xpending(STREAM, 'shop', '-', '+', 1);
    const id = Array.isArray(pending) ? String(pending[0]) : '';
    await bench.redis.client.xclaim(STREAM, 'shop', 'i1', 0, id, 'RETRYCOUNT', 20);
    await using shop = openService(await bench.connect());
    await until(() => expect(shop.count('deadLettered')).toBe(1));
    expect(shop.count('applied')).toBe(0);
  });

  it('is not one whose invalidation Redis did not answer: that is done when Redis is back', async () => {
    await using proxy = await startTcpProxy(bench.redis.port);
    const client = await bench.connect({ port: proxy.port });
    await using shop = await openJoined(client, { bus: quickBus({ claimIdleMs: 600_000 }) });
    await using catalog = openService(await bench.connect(), { service: 'catalog', isStarted: false });
    await bench.redis.client.set('shop:product:1', 'old');
    const invalidate = shop.core.invalidator.invalidate.bind(shop.core.invalidator);
    vi.spyOn(shop.core.invalidator, 'invalidate').mockImplementationOnce(async (invalidation) => {
      await proxy.reset();
      await until(() => expect(client.status).not.toBe('ready'));
      return invalidate(invalidation);
    });
    await catalog.declared.publish('product.updated', { id: 1 });
    await until(() => expect(shop.core.retries.queuedCount).toBe(1));
    expect(shop.count('applied')).toBe(0);
    await proxy.pass();
    await until(() => expect(shop.count('applied')).toBe(1));
    expect(await keptKeys(bench.redis.client)).toEqual([]);
    expect(shop.count('failed')).toBe(0);
  });
});

describe('a full Redis', () => {
  it('still has events applied and acknowledged, and none of them counts as lost after it', async () => {
    const bus = quickBus({ batchSize: 1 });
    await joinOnce(await bench.connect());
    await using catalog = openService(await bench.connect(), { service: 'catalog', isStarted: false });
    for (let id = 0; id < 4; id += 1) await catalog.declared.publish('product.updated', { id });
    await bench.redis.client.set('shop:product:1', 'old');
    await bench.redis.client.config('SET', 'maxmemory', '1');
    expect(await catalog.declared.publish('product.updated', { id: 9 })).toMatchObject({
      ...{ state: 'queued', code: 'outOfMemory' },
    });
    await using shop = openService(await bench.connect(), { bus });
    await until(() => expect(shop.count('applied')).toBe(4));
    expect(await keptKeys(bench.redis.client)).toEqual([]);
    await until(async () => expect(await standing(shop)).toMatchObject({ pendingCount: 0 }));
    await bench.redis.client.config('SET', 'maxmemory', '0');
    await until(() => expect(shop.count('applied')).toBe(5));
    await until(async () =>
      expect(await standing(shop)).toMatchObject({ undeliveredCount: 0, pendingCount: 0, lostCount: 0 }),
    );
  });
});
