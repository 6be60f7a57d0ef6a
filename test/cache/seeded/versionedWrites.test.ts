import { afterAll, beforeAll, expect, it } from 'vitest';
import { runSeeds, seededTest } from '#test/support/interleaving/runSeeds.ts';
import { type CacheBench, startBench } from '../startCache.ts';
import {
  connectThree,
  openInstance,
  openThree,
  RevisedSource,
  storedRevision,
  type World,
} from './seededShop.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

/** Sees what is stored between all other steps: never an older revision after a newer one. Returns the newest. */
async function watch(world: World, isOver: () => boolean): Promise<number> {
  let newest = 0;
  while (!isOver()) {
    await world.interleaving.step('look');
    const revision = (await storedRevision(world, 1)) ?? newest;
    expect(revision, 'what is stored').toBeGreaterThanOrEqual(newest);
    newest = revision;
  }
  return newest;
}

it('an older load never overwrites a newer value', seededTest, async () => {
  const clients = await connectThree(bench);
  await runSeeds(200, async (interleaving) => {
    await bench.redis.client.flushall();
    const source = new RevisedSource();
    const world = { interleaving, source, plain: bench.redis.client, prefix: 'shop:' };
    const [first, second, third] = openThree(clients, (client, name) =>
      openInstance(world, client, { name, isVersioned: true }),
    );
    let isOver = false;
    // Nobody invalidates: only the revisions tell old from new.
    const change = async (): Promise<void> => {
      for (let round = 0; round < 3; round += 1) {
        source.change(1);
        await interleaving.step('changed');
      }
    };
    const acting = Promise.all([
      first.product.get({ id: 1 }),
      second.product.get({ id: 1 }),
      third.product.get({ id: 1 }),
      change(),
    ]).finally(() => {
      isOver = true;
    });
    const [, newest] = await interleaving.runUntilSettled([acting, watch(world, () => isOver)]);
    await interleaving.runUntilIdle();
    expect(await storedRevision(world, 1)).toBeGreaterThanOrEqual(newest);
  });
});

it('a value that was set is not overwritten by a load that began before', seededTest, async () => {
  const clients = await connectThree(bench);
  await runSeeds(200, async (interleaving) => {
    await bench.redis.client.flushall();
    const source = new RevisedSource();
    const world = { interleaving, source, plain: bench.redis.client, prefix: 'shop:' };
    const [first, second, third] = openThree(clients, (client, name) =>
      openInstance(world, client, { name }),
    );
    const write = async (): Promise<void> => {
      await interleaving.step('before the write');
      const revision = source.change(1);
      expect(await third.product.set({ id: 1 }, { revision })).toEqual({ state: 'stored' });
    };
    await interleaving.runUntilSettled([
      first.product.get({ id: 1 }),
      second.product.get({ id: 1 }),
      write(),
    ]);
    await interleaving.runUntilIdle();
    expect(await storedRevision(world, 1)).toBe(1);
  });
});
