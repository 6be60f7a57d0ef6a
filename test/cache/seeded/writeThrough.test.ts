import type { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cache, type CacheOptions, createCache, type Family, family } from '#cache/cache.ts';
import { decodeEntry } from '#cache/store/entryFormat.ts';
import type { Interleaving } from '#test/support/interleaving/openInterleaving.ts';
import { runSeeds, seededTest } from '#test/support/interleaving/runSeeds.ts';
import { startRedisCluster, type TestCluster } from '#test/support/redis/startRedisCluster.ts';
import { type CacheBench, startBench } from '../startCache.ts';
import { connectThree, openThree, pick } from './seededShop.ts';

interface Account {
  readonly id: number;
  readonly token: string;
  readonly email: string;
}

type AccountFamilies = {
  readonly account: Family<'account:{id}', Account | undefined, { byEmail: 'account-by-email:{email}' }>;
};

const IDS = [1, 2];

/** Which of two writes came last in the source only the source knows: callers learn that theirs was done. */
class Ledger {
  readonly rows = new Map<number, Account>();
  readonly #order = new Map<string, number>();
  readonly #acknowledged = new Map<number, number>();
  #tokenCount = 0;

  nextToken(): string {
    this.#tokenCount += 1;
    return `t${this.#tokenCount}`;
  }

  apply(account: Account): void {
    this.rows.set(account.id, account);
    this.#order.set(account.token, this.#order.size + 1);
  }

  acknowledge({ id, token }: Account): void {
    this.#acknowledged.set(id, Math.max(this.placeOf({ token }), this.acknowledgedOf(id)));
  }

  /** Place in the order of all writes; 0 = before all. */
  placeOf(account: Pick<Account, 'token'> | undefined): number {
    return account === undefined ? 0 : (this.#order.get(account.token) ?? 0);
  }

  acknowledgedOf(id: number): number {
    return this.#acknowledged.get(id) ?? 0;
  }

  byEmail(email: string): Account | undefined {
    return [...this.rows.values()].find((account) => account.email === email);
  }
}

interface World {
  readonly interleaving: Interleaving;
  readonly ledger: Ledger;
  readonly plain: Redis | Cluster;
  readonly prefix: string;
}

interface Instance {
  readonly cache: Cache<AccountFamilies>;
}

function openInstance(
  { interleaving, ledger, prefix }: World,
  client: Redis | Cluster,
  { name, ...options }: Partial<CacheOptions<AccountFamilies>> & { readonly name: string },
): Instance {
  const step = (label: string) => interleaving.step(`${name} ${label}`);
  const account = family({
    key: 'account:{id}',
    ttlSeconds: 60,
    load: async ({ id }): Promise<Account | undefined> => {
      await step('load');
      const found = ledger.rows.get(Number(id));
      await step('loaded');
      return found;
    },
    write: async (_, value) => {
      await step('write');
      if (value !== undefined) ledger.apply(value);
      await step('written');
    },
    primaryFields: ({ id }) => ({ id }),
    lookups: {
      byEmail: {
        key: 'account-by-email:{email}',
        fieldsOf: ({ email }) => ({ email }),
        load: async ({ email }) => {
          await step('load by email');
          const found = ledger.byEmail(String(email));
          await step('loaded by email');
          return found;
        },
      },
    },
  });
  const redis = interleaving.wrap(client, name);
  const cache = createCache<AccountFamilies>({
    redis,
    service: 'shop',
    prefix,
    instance: name,
    random: interleaving.random,
    commandTimeoutMs: 60_000,
    // The time of an interleaving is that of the machine: none of it is slowness of Redis.
    breaker: { slowCallMs: 60_000 },
    ...options,
    families: { account },
  });
  return { cache };
}

const emailsOf = (id: number) => [`${id}a@x`, `${id}b@x`];

/** Over all seeds: claims about writes that never meet, or that always do, would be empty. */
const endings = new Map<string, number>();

async function write({ interleaving, ledger }: World, { cache }: Instance): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    const id = pick(interleaving, IDS);
    const account = { id, token: ledger.nextToken(), email: pick(interleaving, emailsOf(id)) };
    const { state } = await cache.account.put({ id }, account);
    endings.set(state, (endings.get(state) ?? 0) + 1);
    ledger.acknowledge(account);
  }
}

/** Reads that began after a put was acknowledged, by whichever instance, and what they may not be older than. */
async function read({ interleaving, ledger }: World, { cache }: Instance): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const id = pick(interleaving, IDS);
    await interleaving.step('before a read');
    const floor = ledger.acknowledgedOf(id);
    const found = await cache.account.get({ id });
    expect(ledger.placeOf(found), `account ${id} was read`).toBeGreaterThanOrEqual(floor);
  }
}

async function browse({ interleaving }: World, { cache }: Instance): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const id = pick(interleaving, IDS);
    if (pick(interleaving, [true, false])) await cache.account.get({ id });
    else await cache.account.getBy.byEmail({ email: pick(interleaving, emailsOf(id)) });
  }
}

async function expectNothingOldStored({ ledger, plain, prefix }: World): Promise<void> {
  for (const id of IDS) {
    const bytes = await plain.getBuffer(`${prefix}account:${id}`);
    const entry = bytes === null ? null : decodeEntry(bytes);
    if (entry !== null) expect(JSON.parse(entry.payload.toString())).toEqual(ledger.rows.get(id));
  }
}

async function expectNothingOldServed(world: World, { cache }: Instance): Promise<void> {
  const { interleaving, ledger } = world;
  for (const id of IDS) {
    const [found] = await interleaving.runUntilSettled([cache.account.get({ id })]);
    expect(found).toEqual(ledger.rows.get(id));
    for (const email of emailsOf(id)) {
      const [byEmail] = await interleaving.runUntilSettled([cache.account.getBy.byEmail({ email })]);
      expect(byEmail, `by ${email}`).toEqual(ledger.byEmail(email));
    }
  }
}

describe('two writers of the same accounts, and readers', () => {
  let bench: CacheBench;
  let clients: readonly [Redis, Redis, Redis];
  beforeAll(async () => {
    bench = await startBench();
    clients = await connectThree(bench);
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  async function openWorld(interleaving: Interleaving): Promise<World> {
    await bench.redis.client.flushall();
    return { interleaving, ledger: new Ledger(), plain: bench.redis.client, prefix: 'shop:' };
  }

  it(
    'leave nothing in Redis that is not the last of the source, and no read is older than an acknowledged put',
    seededTest,
    async () => {
      await runSeeds(200, async (interleaving) => {
        const world = await openWorld(interleaving);
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
        for (const instance of [first, second, third]) await expectNothingOldServed(world, instance);
      });
      expect([...endings.keys()].sort()).toEqual(['invalidated', 'stored']);
    },
  );

  it('of one instance, with L1, are no different', seededTest, async () => {
    await runSeeds(100, async (interleaving) => {
      const world = await openWorld(interleaving);
      const only = openInstance(world, clients[0], { name: 'i0', l1: {} });
      await interleaving.runUntilIdle();
      await interleaving.runUntilSettled([write(world, only), write(world, only), read(world, only)]);
      await interleaving.runUntilIdle();
      await expectNothingOldStored(world);
      await expectNothingOldServed(world, only);
      await interleaving.runUntilSettled([only.cache.close()]);
    });
  });

  it('leave nothing old in the L1 of any instance, nor under secondary keys', seededTest, async () => {
    await runSeeds(100, async (interleaving) => {
      const world = await openWorld(interleaving);
      const instances = openThree(clients, (client, name) => openInstance(world, client, { name, l1: {} }));
      const [first, second, third] = instances;
      await interleaving.runUntilIdle();
      await interleaving.runUntilSettled([
        write(world, first),
        write(world, second),
        browse(world, second),
        browse(world, third),
      ]);
      await interleaving.runUntilIdle();
      await expectNothingOldStored(world);
      for (const instance of instances) await expectNothingOldServed(world, instance);
      await interleaving.runUntilSettled(instances.map(({ cache }) => cache.close()));
    });
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

  it.each(['{shop}:', 'shop:'])(
    'with the prefix %s the writers leave nothing old',
    seededTest,
    async (prefix) => {
      await runSeeds(40, async (interleaving) => {
        await cluster.flushAll();
        const world = { interleaving, ledger: new Ledger(), plain: clients[0], prefix };
        const [first, second, third] = openThree(clients, (client, name) =>
          openInstance(world, client, { name }),
        );
        await interleaving.runUntilSettled([write(world, first), write(world, second), browse(world, third)]);
        await interleaving.runUntilIdle();
        await expectNothingOldStored(world);
        await expectNothingOldServed(world, third);
      });
    },
  );
});
