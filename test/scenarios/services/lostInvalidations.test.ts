import { expect, onTestFinished, test } from 'vitest';
import { createCache, event, family, redisStreamBus } from '#cache/cache.ts';
import { openRedisLine } from '#demo/processes/redisLine.ts';
import { prepareEnvelopeFields } from '#shared/control/eventEnvelope.ts';
import { DEFAULT_EVENT_STREAM, eventStreamKeys } from '#shared/control/eventStreamKeys.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { openClient } from '#test/support/redis/openClient.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

const keys = eventStreamKeys(DEFAULT_EVENT_STREAM);

/** An instance of `shop` that announces itself each second; `told` is what it counts itself. */
async function startShop(port: number, instance: string) {
  const client = openClient({ port });
  const cache = createCache({
    ...{ redis: client, service: 'shop', instance, l1: {}, heartbeatMs: 200, commandTimeoutMs: 200 },
    announce: { everySeconds: 1 },
    families: { product: family({ key: 'product:{id}', ttlSeconds: 600, load: async ({ id }) => ({ id }) }) },
    eventBus: redisStreamBus({ claimIdleMs: 500, blockMs: 100, retryDelayMs: 50 }),
    events: (keyOf) => ({
      'product.updated': event({
        invalidates: ({ id }: { id: number }) => ({ keys: [keyOf.product({ id })] }),
      }),
    }),
  });
  let coherence = 'lost';
  const told = { missed: 0, lost: 0, duplicate: 0, applied: 0, flushes: 0 };
  cache.on('coherence', ({ state }) => {
    coherence = state;
    if (state === 'lost') told.flushes += 1;
  });
  cache.on('broadcast', ({ direction, count }) => {
    if (direction === 'missed') told.missed += count;
  });
  cache.on('event', ({ state, count }) => {
    if (state === 'lost' || state === 'duplicate' || state === 'applied') told[state] += count;
  });
  onTestFinished(async () => {
    await cache.close();
    client.disconnect();
  });
  await waitUntil(`${instance} hears the others`, async () => coherence === 'live');
  return { cache, told, isLive: () => coherence === 'live' };
}

const envelope = (id: string) =>
  prepareEnvelopeFields({
    ...{ v: 1, id, event: 'product.updated', source: 'import', instance: 'import-1', seq: null },
    ...{ atMs: Date.now(), payloadJson: '{"id":1}' },
  });

test('what a cut subscriber missed, what a killed consumer had read, and what came twice or never is counted as it was', async () => {
  await using redis = await startRedis();
  const line = await openRedisLine(redis.port);
  onTestFinished(() => line.close());
  const near = await startShop(redis.port, 'near');
  const far = await startShop(line.port, 'far');
  await using server = await startCachescope({ redisUrl: redis.url });
  const api = apiClient(server.url);
  const read = async () => {
    const { instances } = await api.invalidation.get.query({
      ...{ targetId: DEFAULT_TARGET_ID, range: { last: '15m' }, service: null },
    });
    const of = (name: string) => instances.find((row) => row.instance === name);
    return { instances, near: of('near'), far: of('far') };
  };
  const sum = async () => {
    const { instances: rows } = await read();
    const total = (count: (row: (typeof rows)[number]) => number) =>
      rows.reduce((all, row) => all + count(row), 0);
    return {
      lost: total(({ total: { events } }) => events.lost),
      duplicate: total(({ total: { events } }) => events.duplicate),
      applied: total(({ total: { events } }) => events.applied),
    };
  };

  // Each hears the other once, so that each knows where the other stands.
  await near.cache.product.delete({ id: 1 });
  await far.cache.product.delete({ id: 1 });
  await far.cache.product.get({ id: 7 });
  line.cut();
  await waitUntil('the subscription is given up', async () => !far.isLive());
  for (let at = 0; at < 12; at += 1) await near.cache.product.delete({ id: 7 });
  line.mend();
  await waitUntil('it hears again', async () => far.isLive());
  await near.cache.product.delete({ id: 8 });
  await waitUntil('what was missed is counted', async () => far.told.missed > 0);
  expect(far.told).toMatchObject({ missed: 12 });
  await waitUntil('the server says so', async () => (await read()).far?.total.missed === 12, 60_000);
  const { far: farRow, near: nearRow } = await read();
  expect(farRow?.total).toMatchObject({ missed: 12, flushes: far.told.flushes });
  expect(farRow?.total.flushes).toBeGreaterThan(0);
  expect(nearRow?.total).toMatchObject({ missed: 0, flushes: 0 });

  // Read by a consumer that is killed before it acknowledges.
  const { client } = redis;
  const add = "redis.call('XADD', KEYS[1], '*', 'seq', redis.call('INCR', KEYS[2]), unpack(ARGV))";
  const take = " redis.call('XREADGROUP', 'GROUP', 'shop', 'killed', 'STREAMS', KEYS[1], '>')";
  await client.eval(add + take, 2, keys.stream, keys.counter, ...envelope('taken'));
  expect((await client.xpending(keys.stream, 'shop'))[0]).toBe(1);
  // In one step, so that one instance reads both: each knows what it applied itself.
  await client.eval(`${add} ${add}`, 2, keys.stream, keys.counter, ...envelope('twice'));
  await waitUntil('they are applied once each', async () => (await sum()).applied >= 2, 30_000);
  // Three that were numbered, and were trimmed before anybody could read them.
  await client.incrby(keys.counter, 3);
  await near.cache.publish('product.updated', { id: 2 });
  await waitUntil('the lost are counted', async () => (await sum()).lost === 3, 30_000);
  const own = (name: 'lost' | 'duplicate' | 'applied') => near.told[name] + far.told[name];
  expect(await sum()).toEqual({ lost: own('lost'), duplicate: own('duplicate'), applied: own('applied') });
  expect(own('duplicate')).toBe(1);
}, 120_000);
