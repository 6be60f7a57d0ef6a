import { expect, onTestFinished, test } from 'vitest';
import { createCache, event, redisStreamBus } from '#cache/cache.ts';
import { openRedisLine } from '#demo/processes/redisLine.ts';
import { DEFAULT_EVENT_STREAM } from '#shared/control/eventStreamKeys.ts';
import { openClient } from '#test/support/redis/openClient.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { readInvalidations } from '#test/support/services/readInvalidations.ts';
import { startShop } from '#test/support/services/startShop.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

/** A service that publishes and keeps nothing; the stream keeps about as many of its events as `maxLength`. Ends with the test. */
function openImport(port: number, maxLength: number) {
  const client = openClient({ port });
  const cache = createCache({
    ...{ redis: client, service: 'import', commandTimeoutMs: 200, families: {} },
    retry: { backoffMs: 50, maxBackoffMs: 50 },
    eventBus: redisStreamBus({ maxLength }),
    events: { 'product.updated': event<{ id: number }>({}) },
  });
  onTestFinished(async () => {
    await cache.close();
    client.disconnect();
  });
  return (id: number) => cache.publish('product.updated', { id });
}

test('events that left the stream unread are counted as lost, and repeats of a publisher without an answer as duplicates', async () => {
  await using redis = await startRedis();
  const { client } = redis;
  const [shopLine, importLine] = [await openRedisLine(redis.port), await openRedisLine(redis.port)];
  onTestFinished(async () => {
    await shopLine.close();
    await importLine.close();
  });
  const shop = await startShop(shopLine.port, { instance: 'shop-1' });
  const publish = openImport(importLine.port, 100);
  await using server = await startCachescope({ redisUrl: redis.url });
  const { events } = shop.told;
  const length = () => client.xlen(DEFAULT_EVENT_STREAM);

  await publish(0);
  await waitUntil('it is applied', async () => events.applied === 1);
  // Redis does it, and the publisher does not hear of it in time.
  importLine.delay(400);
  expect(await publish(1)).toMatchObject({ state: 'queued' });
  importLine.delay(0);
  await waitUntil('it was published again', async () => (await length()) > 2);
  await waitUntil('the repeats are known', async () => events.duplicate === (await length()) - 2);
  expect(events).toMatchObject({ applied: 2, replayed: 0, lost: 0 });
  const { duplicate } = events;

  shopLine.cut();
  await waitUntil('Redis holds no reader', async () =>
    /blocked_clients:0\r/.test(await client.info('clients')),
  );
  const PUBLISHED = 450;
  for (let id = 2; id < 2 + PUBLISHED; id += 1) await publish(id);
  const kept = await length();
  // Those of before had been read.
  const lost = PUBLISHED - kept;
  shopLine.mend();
  await waitUntil('the rest is applied', async () => events.applied === 2 + kept);
  const told = { applied: 2 + kept, replayed: 0, duplicate, lost };
  expect(lost).toBeGreaterThan(100);
  await waitUntil('the lost are counted', async () => events.lost > 0);
  expect(events).toEqual(told);
  const read = async () => (await readInvalidations(server.url)).get('shop-1')?.events;
  await waitUntil('the server says so', async () => (await read())?.lost === lost, 60_000);
  expect(await read()).toMatchObject(told);
}, 120_000);
