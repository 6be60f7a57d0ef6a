import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTcpProxy } from '#test/support/redis/startTcpProxy.ts';
import { openJoined, openService, quickBus } from '../eventBus/openService.ts';
import { until } from '../eventBus/until.ts';
import { type CacheBench, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => bench.redis.client.flushall());

const STREAM = 'cachescope:events';

describe('publishing while Redis is away', () => {
  it('queues, and publishes when Redis is back, once for who listens', async () => {
    await using proxy = await startTcpProxy(bench.redis.port);
    await using shop = await openJoined(await bench.connect());
    const client = await bench.connect({ port: proxy.port });
    await using catalog = openService(client, { service: 'catalog', isStarted: false });
    await proxy.reset();
    await until(() => expect(client.status).not.toBe('ready'));
    const result = await catalog.declared.publish('product.updated', { id: 1 });
    expect(result).toMatchObject({ state: 'queued', code: 'unreachable' });
    expect((await catalog.declared.snapshot()).queuedCount).toBe(1);
    await proxy.pass();
    await until(() => expect(shop.count('applied')).toBe(1));
    expect(catalog.count('published')).toBe(1);
    expect((await catalog.declared.snapshot()).queuedCount).toBe(0);
  });

  it('may publish twice what was answered too late, and listeners know the repeat', async () => {
    await using proxy = await startTcpProxy(bench.redis.port);
    await using shop = await openJoined(await bench.connect());
    const client = await bench.connect({ port: proxy.port });
    await using catalog = openService(client, {
      ...{ service: 'catalog', isStarted: false, commandTimeoutMs: 50 },
    });
    await catalog.declared.publish('product.updated', { id: 1 });
    await proxy.hang('toClient');
    expect(await catalog.declared.publish('product.updated', { id: 2 })).toMatchObject({
      ...{ state: 'queued', code: 'timeout' },
    });
    await proxy.pass();
    await until(() => expect(shop.count('duplicate')).toBe(1));
    expect(shop.count('applied')).toBe(2);
  });

  it('drops the oldest above its bound, and tells how many are lost when it closes', async () => {
    await using proxy = await startTcpProxy(bench.redis.port);
    const client = await bench.connect({ port: proxy.port });
    const catalog = openService(client, {
      ...{ service: 'catalog', isStarted: false, retry: { maxQueuedCount: 2 } },
    });
    await proxy.reset();
    await until(() => expect(client.status).not.toBe('ready'));
    for (let id = 0; id < 3; id += 1) await catalog.declared.publish('product.updated', { id });
    expect(catalog.count('failed')).toBe(1);
    expect(await catalog.close()).toBe(2);
    expect(catalog.count('failed')).toBe(3);
    expect(await catalog.declared.publish('product.updated', { id: 4 })).toMatchObject({
      ...{ state: 'failed', code: 'closed' },
    });
  });
});

describe('close', () => {
  it('ends while it waits for events, and takes the instance off the group', async () => {
    const shop = await openJoined(await bench.connect(), { bus: quickBus({ blockMs: 60_000 }) });
    await until(async () => expect(await bench.redis.client.info('clients')).toMatch(/blocked_clients:1\r/));
    const startedAtMs = performance.now();
    expect(await shop.close()).toBe(0);
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
    await until(async () => expect(await bench.redis.client.info('clients')).toMatch(/blocked_clients:0\r/));
    expect(await bench.redis.client.xinfo('CONSUMERS', STREAM, 'shop')).toEqual([]);
    expect(shop.fallbacks).toEqual([]);
  });

  it('ends while Redis does not answer', async () => {
    await using proxy = await startTcpProxy(bench.redis.port);
    const client = await bench.connect({ port: proxy.port });
    const shop = await openJoined(client, { commandTimeoutMs: 50 });
    await proxy.blackhole();
    await shop.close();
    expect(shop.count('applied')).toBe(0);
  });
});

describe('a client with limits of its own', () => {
  it.each([{ commandTimeout: 2_000 }, { socketTimeout: 2_000 }, { enableAutoPipelining: true }])(
    'waits no longer in Redis than it would wait itself: %o',
    async (options) => {
      const client = (await bench.connect()).duplicate(options);
      await using resources = new AsyncDisposableStack();
      resources.defer(() => client.disconnect());
      const shop = resources.use(await openJoined(client, { bus: quickBus({ blockMs: 60_000 }) }));
      await until(async () =>
        expect(await bench.redis.client.info('clients')).toMatch(/blocked_clients:1\r/),
      );
      await shop.declared.publish('product.updated', { id: 1 });
      await until(() => expect(shop.count('applied')).toBe(1));
      expect(shop.fallbacks).toEqual([]);
    },
  );
});
