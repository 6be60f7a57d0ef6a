import type { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cache, createCache, type Family, family } from '#cache/cache.ts';
import { decodeEntry } from '#cache/store/entryFormat.ts';
import type { Interleaving } from '#test/support/interleaving/openInterleaving.ts';
import { runSeeds } from '#test/support/interleaving/runSeeds.ts';
import { startRedisCluster, type TestCluster } from '#test/support/redis/startRedisCluster.ts';
import { type CacheBench, startBench } from '../startCache.ts';

interface Row {
  readonly revision: number;
}

type Families = { readonly product: Family<'product:{id}', Row> };

const IDS = [1, 2];

/** A source, and what of it has been acknowledged: by a hard invalidation that ended after the change. */
class Source {
  readonly revisions = new Map<number, number>();
  readonly acknowledged = new Map<number, number>();

  change(id: number): number {
    const revision = (this.revisions.get(id) ?? 0) + 1;
    this.revisions.set(id, revision);
    return revision;
  }

  acknowledge(id: number, revision: number): void {
    this.acknowledged.set(id, Math.max(revision, this.acknowledged.get(id) ?? 0));
  }
}

interface World {
  readonly interleaving: Interleaving;
  readonly source: Source;
  /** Not held by the interleaving. */
  readonly plain: Redis | Cluster;
  readonly prefix: string;
}

/** One instance of the service, with loads that others can overtake at both ends. */
function openInstance(world: World, client: Redis | Cluster, name: string): Cache<Families> {
  const { interleaving, source, prefix } = world;
  return createCache({
    redis: interleaving.wrap(client, name),
    service: 'shop',
    prefix,
    instance: name,
    random: interleaving.random,
    commandTimeoutMs: 60_000,
    families: {
      product: family({
        key: 'product:{id}',
        ttlSeconds: 60,
        load: async ({ id }) => {
          await interleaving.step(`${name} load`);
          const revision = source.revisions.get(Number(id)) ?? 0;
          await interleaving.step(`${name} loaded`);
          return { revision };
        },
        tags: ({ id }) => ['all', `p${id}`],
      }),
    },
  });
}

async function write(world: World, cache: Cache<Families>): Promise<void> {
  const { interleaving, source } = world;
  for (let round = 0; round < 2; round += 1) {
    const id = pick(interleaving, IDS);
    const revision = source.change(id);
    const others = new Map(source.revisions);
    const kind = pick(interleaving, ['key', 'tag', 'all', 'pattern'] as const);
    const result =
      kind === 'key'
        ? await cache.product.delete({ id })
        : kind === 'pattern'
          ? await cache.invalidatePattern(`product:${id}*`)
          : await cache.invalidateTag(kind === 'tag' ? `p${id}` : 'all');
    expect(result.state).toBe('done');
    source.acknowledge(id, revision);
    if (kind === 'all') for (const [other, seen] of others) source.acknowledge(other, seen);
  }
}

async function read(world: World, cache: Cache<Families>): Promise<void> {
  const { interleaving, source } = world;
  for (let round = 0; round < 4; round += 1) {
    const id = pick(interleaving, IDS);
    await interleaving.step('before a read');
    const floor = source.acknowledged.get(id) ?? 0;
    const { revision } = await cache.product.get({ id });
    expect(revision, `product ${id} was read`).toBeGreaterThanOrEqual(floor);
  }
}

function pick<T>(interleaving: Interleaving, items: readonly [T, ...T[]] | readonly T[]): T {
  const item = items[Math.floor(interleaving.random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

/** What stays in Redis must be as new as what was acknowledged, for as long as it stays. */
async function expectNothingOld({ plain, prefix, source }: World): Promise<void> {
  for (const id of IDS) {
    const bytes = await plain.getBuffer(`${prefix}product:${id}`);
    if (bytes === null) continue;
    const entry = decodeEntry(bytes);
    const revision = Number(JSON.parse(entry?.payload.toString() ?? '{}').revision);
    expect(revision, `product ${id} is stored`).toBeGreaterThanOrEqual(source.acknowledged.get(id) ?? 0);
  }
}

describe('a value from before an acknowledged hard invalidation', () => {
  let bench: CacheBench;
  beforeAll(async () => {
    bench = await startBench();
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  it('is never served from Redis after it', { timeout: 120_000 }, async () => {
    const clients = await Promise.all([bench.connect(), bench.connect(), bench.connect()]);
    await runSeeds(300, async (interleaving) => {
      await bench.redis.client.flushall();
      const world = { interleaving, source: new Source(), plain: bench.redis.client, prefix: 'shop:' };
      const [first, second, third] = clients.map((client, index) => openInstance(world, client, `i${index}`));
      if (first === undefined || second === undefined || third === undefined) throw new Error('no clients');
      await interleaving.runUntilSettled([
        write(world, first),
        write(world, second),
        read(world, second),
        read(world, third),
      ]);
      await interleaving.runUntilIdle();
      await expectNothingOld(world);
    });
  });
});

describe('in a Cluster', () => {
  let cluster: TestCluster;
  let clients: readonly Cluster[];
  beforeAll(async () => {
    cluster = await startRedisCluster();
    clients = await Promise.all([cluster.connect(), cluster.connect(), cluster.connect()]);
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const openWorld = (interleaving: Interleaving, prefix: string): World => {
    const [plain] = clients;
    if (plain === undefined) throw new Error('no client');
    return { interleaving, source: new Source(), plain, prefix };
  };

  it('the same holds where a hash tag keeps the service in one slot', { timeout: 120_000 }, async () => {
    await runSeeds(60, async (interleaving) => {
      await cluster.flushAll();
      const world = openWorld(interleaving, '{shop}:');
      const [first, second, third] = clients.map((client, index) => openInstance(world, client, `i${index}`));
      if (first === undefined || second === undefined || third === undefined) throw new Error('no clients');
      await interleaving.runUntilSettled([write(world, first), write(world, second), read(world, third)]);
      await interleaving.runUntilIdle();
      await expectNothingOld(world);
    });
  });

  it('where the keys span slots, no such value stays', { timeout: 120_000 }, async () => {
    await runSeeds(60, async (interleaving) => {
      await cluster.flushAll();
      const world = openWorld(interleaving, 'shop:');
      const [first, second, third] = clients.map((client, index) => openInstance(world, client, `i${index}`));
      if (first === undefined || second === undefined || third === undefined) throw new Error('no clients');
      const reading = async (cache: Cache<Families>): Promise<void> => {
        for (let round = 0; round < 4; round += 1) await cache.product.get({ id: pick(interleaving, IDS) });
      };
      await interleaving.runUntilSettled([write(world, first), write(world, second), reading(third)]);
      await interleaving.runUntilIdle();
      await expectNothingOld(world);
    });
  });
});
