import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCache } from '#cache/cache.ts';
import { startRedisCluster, type TestCluster } from '#test/support/redis/startRedisCluster.ts';

/** A machine that is busy with other tests is slow, and that is not what is looked at here. */
const patient = { commandTimeoutMs: 5_000, breaker: { slowCallMs: 5_000 } };

describe('invalidation of a pattern in a Cluster', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster({ replicaCount: 1 });
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const namesOnMasters = async (): Promise<string[]> => {
    const found: string[] = [];
    for (const node of cluster.nodes.filter((one) => one.isAlive())) {
      const [role] = await node.client.role();
      if (role === 'master') found.push(...(await node.client.keys('*')));
    }
    return found.filter((name) => !name.includes('cachescope:')).sort();
  };

  it.each(['shop:', '{shop}:'])('walks every master for "%s"', async (prefix) => {
    const redis = await cluster.connect();
    const clustered = createCache({ redis, service: 'shop', prefix, families: {}, ...patient });
    for (let index = 0; index < 300; index += 1) {
      await clustered.set(`p:${index}`, index, { ttlSeconds: 60, tags: index % 10 === 0 ? ['a'] : [] });
    }
    await clustered.set('q:1', 1, { ttlSeconds: 60 });
    expect(await clustered.invalidatePattern('p:*')).toEqual({ state: 'done', removedCount: 300 });
    expect((await namesOnMasters()).filter((name) => !name.includes('tag:'))).toEqual([`${prefix}q:1`]);
    await clustered.close();
    await cluster.flushAll();
  });

  it('says queued, not done, when a master is not among those that the client knows', async () => {
    const redis = await cluster.connect();
    const clustered = createCache({
      ...{ redis, service: 'shop', families: {}, retry: { backoffMs: 60_000 } },
      ...patient,
    });
    await clustered.set('p:1', 1, { ttlSeconds: 60 });
    const masters = redis.nodes('master');
    for (const known of [masters.slice(1), []]) {
      const spy = vi.spyOn(redis, 'nodes').mockImplementation(() => known);
      expect(await clustered.invalidatePattern('p:*')).toMatchObject({
        state: 'queued',
        code: 'unreachable',
      });
      spy.mockRestore();
    }
    expect(await clustered.close()).toMatchObject({ lostInvalidationCount: 0 });
    expect(await namesOnMasters()).toEqual([]);
  });

  it('makes the client look for a master that it has lost, and walks that one too', async () => {
    const redis = await cluster.connect();
    const clustered = createCache({ redis, service: 'shop', families: {}, ...patient });
    for (let index = 0; index < 30; index += 1) await clustered.set(`p:${index}`, 1, { ttlSeconds: 60 });
    const lost = redis.nodes('master')[0];
    lost?.disconnect();
    await vi.waitFor(() => expect(redis.nodes('master')).toHaveLength(2));
    expect(await clustered.invalidatePattern('p:*')).toEqual({ state: 'done', removedCount: 30 });
    await clustered.close();
  });

  it('is queued by a failover in the middle, and done once the replica has taken over', async () => {
    const redis = await cluster.connect();
    const cut = createCache({ redis, service: 'shop', families: {}, commandTimeoutMs: 300 });
    const retries: string[] = [];
    cut.on('retry', ({ state }) => retries.push(state));
    const clustered = createCache({
      ...{ redis: await cluster.connect(), service: 'shop', families: {} },
      ...patient,
    });
    for (let index = 0; index < 900; index += 1) await clustered.set(`p:${index}`, 1, { ttlSeconds: 600 });
    const heard = await Promise.all(cluster.nodes.slice(0, 3).map(({ client }) => client.wait(1, 5_000)));
    expect(heard).toEqual([1, 1, 1]);
    let killed: Promise<unknown> | null = null;
    const last = redis.nodes('master').at(-1);
    cut.on('removed', () => {
      killed ??= (async () => {
        const victim = cluster.nodes.find(({ port }) => port === last?.options.port);
        await victim?.kill();
      })();
    });
    expect(await cut.invalidatePattern('p:*')).toMatchObject({ state: 'queued' });
    await killed;
    await cluster.waitForFailover();
    await vi.waitFor(() => expect(retries).toEqual(['queued', 'done']), { timeout: 20_000, interval: 100 });
    expect((await namesOnMasters()).filter((name) => name.startsWith('shop:p:'))).toEqual([]);
    await cut.close();
    await clustered.close();
  });
});
