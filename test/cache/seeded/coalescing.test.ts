import { afterAll, beforeAll, expect, it } from 'vitest';
import { runSeeds, seededTest } from '#test/support/interleaving/runSeeds.ts';
import { type CacheBench, startBench } from '../startCache.ts';
import { connectThree, openInstance, RevisedSource } from './seededShop.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

it('concurrent misses of one process call the loader once', seededTest, async () => {
  const client = await bench.connect();
  await runSeeds(200, async (interleaving) => {
    await bench.redis.client.flushall();
    const source = new RevisedSource();
    const world = { interleaving, source, plain: bench.redis.client, prefix: 'shop:' };
    const cache = openInstance(world, client, { name: 'i' });
    const late = async () => {
      await interleaving.step('a caller comes later');
      return cache.product.get({ id: 1 });
    };
    const callers = [
      ...Array.from({ length: 5 }, () => cache.product.get({ id: 1 })),
      late(),
      late(),
      late(),
    ];
    expect(await interleaving.runUntilSettled(callers)).toEqual(callers.map(() => ({ revision: 0 })));
    await interleaving.runUntilIdle();
    expect(source.loadCount).toBe(1);
  });
});

it('with a lease, so do those of all instances', seededTest, async () => {
  const clients = await connectThree(bench);
  await runSeeds(100, async (interleaving) => {
    await bench.redis.client.flushall();
    const source = new RevisedSource();
    const world = { interleaving, source, plain: bench.redis.client, prefix: 'shop:' };
    const instances = clients.map((client, index) =>
      openInstance(world, client, { name: `i${index}`, isLeased: true }),
    );
    await interleaving.runUntilSettled(instances.map((cache) => cache.product.get({ id: 1 })));
    await interleaving.runUntilIdle();
    expect(source.loadCount).toBe(1);
  });
});
