import type { Cluster } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cache } from '#cache/cache.ts';
import type { Interleaving } from '#test/support/interleaving/openInterleaving.ts';
import { runSeeds, seededTest } from '#test/support/interleaving/runSeeds.ts';
import { startRedisCluster, type TestCluster } from '#test/support/redis/startRedisCluster.ts';
import { type CacheBench, startBench } from '../startCache.ts';
import {
  connectThree,
  openInstance,
  openThree,
  pick,
  RevisedSource,
  type ShopFamilies,
  storedRevision,
  type World,
} from './seededShop.ts';

const IDS = [1, 2];
const KINDS = ['key', 'tag', 'all', 'pattern'] as const;

async function write(world: World, cache: Cache<ShopFamilies>): Promise<void> {
  const { interleaving, source } = world;
  for (let round = 0; round < 2; round += 1) {
    const id = pick(interleaving, IDS);
    const revision = source.change(id);
    const kind = pick(interleaving, KINDS);
    const meant = kind === 'all' ? [...source.revisions] : [[id, revision] as const];
    expect(await invalidate(cache, kind, id)).toMatchObject({ state: 'done' });
    for (const [one, seen] of meant) source.acknowledge(one, seen);
  }
}

function invalidate(cache: Cache<ShopFamilies>, kind: (typeof KINDS)[number], id: number) {
  switch (kind) {
    case 'key':
      return cache.product.delete({ id });
    case 'pattern':
      return cache.invalidatePattern(`product:${id}*`);
    case 'tag':
      return cache.invalidateTag(`p${id}`);
    case 'all':
      return cache.invalidateTag('all');
  }
}

async function read({ interleaving, source }: World, cache: Cache<ShopFamilies>): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    const id = pick(interleaving, IDS);
    await interleaving.step('before a read');
    const floor = source.acknowledgedOf(id);
    const { revision } = await cache.product.get({ id });
    expect(revision, `product ${id} was read`).toBeGreaterThanOrEqual(floor);
  }
}

async function expectNothingOldStored(world: World): Promise<void> {
  for (const id of IDS) {
    const revision = await storedRevision(world, id);
    if (revision !== null)
      expect(revision, `product ${id} is stored`).toBeGreaterThanOrEqual(world.source.acknowledgedOf(id));
  }
}

describe('a value from before an acknowledged hard invalidation', () => {
  let bench: CacheBench;
  beforeAll(async () => {
    bench = await startBench();
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  it('is never served from Redis after it', seededTest, async () => {
    const clients = await connectThree(bench);
    await runSeeds(300, async (interleaving) => {
      await bench.redis.client.flushall();
      const source = new RevisedSource();
      const world = { interleaving, source, plain: bench.redis.client, prefix: 'shop:' };
      const [first, second, third] = openThree(clients, (client, name) =>
        openInstance(world, client, { name }),
      );
      await interleaving.runUntilSettled([
        write(world, first),
        write(world, second),
        read(world, second),
        read(world, third),
      ]);
      await interleaving.runUntilIdle();
      await expectNothingOldStored(world);
    });
  });

  it('does not stay in the L1 of any instance', seededTest, async () => {
    const clients = await connectThree(bench);
    let l1HitCount = 0;
    await runSeeds(150, async (interleaving) => {
      await bench.redis.client.flushall();
      const source = new RevisedSource();
      const world = { interleaving, source, plain: bench.redis.client, prefix: 'shop:' };
      const instances = openThree(clients, (client, name) => openInstance(world, client, { name, l1: {} }));
      const [first, second, third] = instances;
      for (const cache of instances) {
        cache.on('layerLookup', ({ layer, result }) => {
          if (layer === 'l1' && result === 'hit') l1HitCount += 1;
        });
      }
      // Until they hear each other.
      await interleaving.runUntilIdle();
      const browse = async (cache: Cache<ShopFamilies>): Promise<void> => {
        for (let round = 0; round < 4; round += 1) await cache.product.get({ id: pick(interleaving, IDS) });
      };
      await interleaving.runUntilSettled([write(world, first), browse(second), browse(third), browse(first)]);
      await interleaving.runUntilIdle();
      for (const cache of instances) await interleaving.runUntilSettled([read(world, cache)]);
      await interleaving.runUntilSettled(instances.map((cache) => cache.close()));
    });
    expect(l1HitCount).toBeGreaterThan(0);
  });
});

describe('in a Cluster', () => {
  let cluster: TestCluster;
  let clients: readonly [Cluster, Cluster, Cluster];
  beforeAll(async () => {
    cluster = await startRedisCluster();
    clients = await connectThree(cluster);
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const openWorld = (interleaving: Interleaving, prefix: string): World => ({
    interleaving,
    source: new RevisedSource(),
    plain: clients[0],
    prefix,
  });

  it('the same holds where a hash tag keeps the service in one slot', seededTest, async () => {
    await runSeeds(60, async (interleaving) => {
      await cluster.flushAll();
      const world = openWorld(interleaving, '{shop}:');
      const [first, second, third] = openThree(clients, (client, name) =>
        openInstance(world, client, { name }),
      );
      await interleaving.runUntilSettled([write(world, first), write(world, second), read(world, third)]);
      await interleaving.runUntilIdle();
      await expectNothingOldStored(world);
    });
  });

  it('where the keys span slots, no such value stays', seededTest, async () => {
    await runSeeds(60, async (interleaving) => {
      await cluster.flushAll();
      const world = openWorld(interleaving, 'shop:');
      const [first, second, third] = openThree(clients, (client, name) =>
        openInstance(world, client, { name }),
      );
      const browse = async (cache: Cache<ShopFamilies>): Promise<void> => {
        for (let round = 0; round < 4; round += 1) await cache.product.get({ id: pick(interleaving, IDS) });
      };
      await interleaving.runUntilSettled([write(world, first), write(world, second), browse(third)]);
      await interleaving.runUntilIdle();
      await expectNothingOldStored(world);
    });
  });
});
