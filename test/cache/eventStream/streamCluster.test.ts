import type { Cluster } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedisCluster, type TestCluster } from '#test/support/redis/startRedisCluster.ts';
import { openJoined, openService, quickBus, standing } from '../eventBus/openService.ts';
import { until } from '../eventBus/until.ts';

describe('a stream in a Cluster without a hash tag in any prefix', () => {
  let cluster: TestCluster;
  let client: Cluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
    client = await cluster.connect();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  it.each(['cachescope:events', '{shop}:happenings'])('brings, loses and puts aside: %s', async (stream) => {
    await cluster.flushAll();
    const bus = quickBus({ stream });
    const before = await openJoined(client, { bus });
    await client.set('shop:product:1', 'old');
    await before.declared.publish('product.updated', { id: 1 });
    await until(() => expect(before.count('applied')).toBe(1));
    expect(await client.exists('shop:product:1')).toBe(0);
    await before.close();

    await using catalog = openService(client, { service: 'catalog', isStarted: false, bus });
    for (let id = 0; id < 3; id += 1) await catalog.declared.publish('product.updated', { id });
    await client.xtrim(stream, 'MAXLEN', 1);
    await catalog.declared.publish('poison', null);
    await using after = openService(client, { bus, instance: 'i2' });
    await until(() => expect(after.count('applied')).toBe(1));
    await until(() => expect(after.count('deadLettered')).toBe(1));
    expect(after.count('lost')).toBe(2);
    expect(await standing(after)).toEqual({
      ...{ undeliveredCount: 0, pendingCount: 0, lostCount: 2, deadLetterCount: 1 },
    });
    expect(after.fallbacks).toEqual([]);
  });
});
