import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { joinOnce, openJoined, openService, quickBus, standing } from '../eventBus/openService.ts';
import { until } from '../eventBus/until.ts';
import { type CacheBench, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => bench.redis.client.flushall());

const STREAM = 'cachescope:events';

describe('lost events', () => {
  it('are counted once when the stream was trimmed to nothing, and nothing came after', async () => {
    await joinOnce(await bench.connect());
    await using catalog = openService(await bench.connect(), { service: 'catalog', isStarted: false });
    for (let id = 0; id < 7; id += 1) await catalog.declared.publish('product.updated', { id });
    await bench.redis.client.xtrim(STREAM, 'MAXLEN', 0);
    await using shop = openService(await bench.connect());
    await using other = openService(await bench.connect(), { instance: 'i2' });
    await until(() => expect(shop.count('lost') + other.count('lost')).toBe(7));
    await catalog.declared.publish('product.updated', { id: 1 });
    await until(() => expect(shop.count('applied') + other.count('applied')).toBe(1));
    expect(shop.count('lost') + other.count('lost')).toBe(7);
    expect(await standing(shop)).toMatchObject({ lostCount: 7, undeliveredCount: 0, pendingCount: 0 });
  });

  it('are those, too, that were trimmed after they were read and before they were applied', async () => {
    await joinOnce(await bench.connect());
    await using catalog = openService(await bench.connect(), { service: 'catalog', isStarted: false });
    for (let id = 0; id < 5; id += 1) await catalog.declared.publish('product.updated', { id });
    await bench.redis.client.xreadgroup('GROUP', 'shop', 'i1', 'COUNT', 3, 'STREAMS', STREAM, '>');
    await bench.redis.client.xtrim(STREAM, 'MAXLEN', 1);
    await using shop = openService(await bench.connect());
    await until(() => expect(shop.count('applied')).toBe(1));
    await until(() => expect(shop.count('lost')).toBe(4));
    expect(await standing(shop)).toMatchObject({ lostCount: 4, undeliveredCount: 0, pendingCount: 0 });
  });

  it('are what the stream still held when somebody deleted it', async () => {
    await joinOnce(await bench.connect());
    await using catalog = openService(await bench.connect(), { service: 'catalog', isStarted: false });
    for (let id = 0; id < 3; id += 1) await catalog.declared.publish('product.updated', { id });
    await bench.redis.client.del(STREAM);
    await catalog.declared.publish('product.updated', { id: 9 });
    await using shop = openService(await bench.connect());
    await until(() => expect(shop.count('applied')).toBe(1));
    expect(shop.count('lost')).toBe(3);
  });

  it('are none while instances of one service overtake each other', async () => {
    const bus = () => quickBus({ batchSize: 3 });
    await using first = await openJoined(await bench.connect(), { bus: bus() });
    await using second = await openJoined(await bench.connect(), { bus: bus(), instance: 'i2' });
    await using third = await openJoined(await bench.connect(), { bus: bus(), instance: 'i3' });
    const all = [first, second, third];
    await Promise.all(
      Array.from({ length: 300 }, (_, id) => first.declared.publish('product.updated', { id })),
    );
    await until(() => expect(all.reduce((sum, one) => sum + one.count('applied'), 0)).toBe(300));
    await until(async () =>
      expect(await standing(first)).toEqual({
        ...{ undeliveredCount: 0, pendingCount: 0, lostCount: 0, deadLetterCount: 0 },
      }),
    );
    expect(all.map((one) => one.count('lost'))).toEqual([0, 0, 0]);
  });
});

describe('a stream that comes and goes', () => {
  it('is made again when Redis was emptied, and gives what came since', async () => {
    await using shop = await openJoined(await bench.connect());
    await bench.redis.client.flushall();
    await using catalog = openService(await bench.connect(), { service: 'catalog', isStarted: false });
    await catalog.declared.publish('product.updated', { id: 1 });
    await until(() => expect(shop.count('applied')).toBe(1));
    expect(shop.count('lost')).toBe(0);
  });

  it('goes on with its numbers when they alone were evicted', async () => {
    await using shop = await openJoined(await bench.connect());
    await shop.declared.publish('product.updated', { id: 1 });
    await shop.declared.publish('product.updated', { id: 2 });
    await bench.redis.client.del('cachescope:{cachescope:events}:seq');
    await shop.declared.publish('product.updated', { id: 3 });
    await until(() => expect(shop.count('applied')).toBe(3));
    expect(await bench.redis.client.get('cachescope:{cachescope:events}:seq')).toBe('3');
    expect(shop.count('lost')).toBe(0);
  });

  it('is bounded, give or take a node of it', async () => {
    await using catalog = openService(await bench.connect(), {
      ...{ service: 'catalog', isStarted: false, bus: quickBus({ maxLength: 200 }) },
    });
    await Promise.all(
      Array.from({ length: 600 }, (_, id) => catalog.declared.publish('product.updated', { id })),
    );
    expect(await bench.redis.client.xlen(STREAM)).toBeLessThan(350);
  });
});
