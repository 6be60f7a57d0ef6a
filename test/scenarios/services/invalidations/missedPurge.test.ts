import { expect, onTestFinished, test } from 'vitest';
import { openRedisLine } from '#demo/processes/redisLine.ts';
import type { RedisCommand, RedisConnection } from '#server/redis/redisConnection.ts';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { startShop } from '#test/support/services/startShop.ts';
import { startRedis } from '#test/support/startRedis.ts';

/** Purges of products by name, as the page starts them; each tells the services once. `wrap` may spoil the connection. */
function openPurger(port: number, wrap = (inner: RedisConnection): RedisConnection => inner) {
  const { planOf, start, ended, bugs } = guardedJobsHarness(async () => {
    const connection = openTestConnection({ port }, 'operator');
    onTestFinished(() => connection.close());
    return wrap(connection);
  });
  return async (key: string) => {
    const job = await ended(await start(await planOf({ by: 'keys', keys: [key] })));
    expect([job.state, bugs]).toEqual(['completed', []]);
  };
}

test('purges that an instance behind a cut line did not hear of are counted by it, to the message', async () => {
  await using redis = await startRedis();
  const line = await openRedisLine(redis.port);
  onTestFinished(() => line.close());
  const near = await startShop(redis.port, { instance: 'near' });
  const far = await startShop(line.port, { instance: 'far' });
  const [key = ''] = await storeProducts(near.cache, redis);
  const purge = openPurger(redis.port);
  const purgeAndLoad = async () => {
    await purge(key);
    // Until it has heard of the purge, it answers from L1 and stores nothing.
    await waitUntil('it is stored anew', async () => {
      await near.cache.product.get({ id: 7 });
      return (await redis.client.exists(key)) === 1;
    });
  };
  await purgeAndLoad();

  line.cut();
  for (let times = 0; times < 3; times += 1) await purgeAndLoad();
  line.mend();
  await waitUntil('it hears again', async () => far.told.flushes > 0 && far.isLive());
  expect(far.told.missed).toBe(0);
  // The first message after the gap says how many never came.
  await purge(key);
  await waitUntil('what was missed is counted', async () => far.told.missed > 0);
  expect([far.told.missed, near.told.missed]).toEqual([3, 0]);
}, 60_000);

test('an instance whose subscription stood, and that one message of a purge did not reach, drops its L1', async () => {
  await using redis = await startRedis();
  let price = 'old';
  const { cache, told } = await startShop(redis.port, { instance: 'shop-1', load: () => price });
  const [key = '', other = '', third = ''] = await storeProducts(cache, redis);
  const swallowing = { isOn: false };
  const purge = openPurger(redis.port, (inner) => swallowPublish(inner, swallowing));
  // A sender that was never heard has nothing to miss.
  await purge(third);
  for (const id of [7, 8, 9]) expect(await cache.product.get({ id })).toBe('old');
  await waitUntil('L1 holds them', async () => cache.snapshot().state?.l1?.entryCount === 3);

  price = 'new';
  swallowing.isOn = true;
  await purge(key);
  swallowing.isOn = false;
  expect(await cache.product.get({ id: 7 })).toBe('old');
  await purge(other);
  await waitUntil('the gap is known', async () => told.missed > 0);
  expect([told.missed, told.flushes]).toEqual([1, 0]);
  // Also what neither purge was of.
  expect(cache.snapshot().state?.l1?.entryCount).toBe(0);
  expect(await cache.product.get({ id: 7 })).toBe('new');
}, 60_000);

/** Loads products 7, 8 and 9. Returns the names of their keys. */
async function storeProducts(
  cache: Awaited<ReturnType<typeof startShop>>['cache'],
  { client }: Awaited<ReturnType<typeof startRedis>>,
): Promise<readonly string[]> {
  for (const id of [7, 8, 9]) await cache.product.get({ id });
  let names: string[] = [];
  await waitUntil('they are stored', async () => {
    names = (await client.keys('*product:*')).filter((name) => !name.includes('cachescope:')).sort();
    return names.length === 3;
  });
  return names;
}

/** Messages that Redis takes and nobody hears, as where a node of a Cluster does not pass them on. */
function swallowPublish(inner: RedisConnection, swallowing: { readonly isOn: boolean }): RedisConnection {
  const swallowed = (command: RedisCommand): RedisCommand =>
    swallowing.isOn && command[0] === 'PUBLISH'
      ? ['PUBLISH', 'nobody:cachescope:invalidations', '']
      : command;
  return {
    role: inner.role,
    pipeline: (commands) => inner.pipeline(commands.map(swallowed)),
    send: (...command) => inner.send(...command),
    close: () => inner.close(),
  };
}
