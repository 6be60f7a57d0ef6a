import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openRedisLine } from '#demo/processes/redisLine.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { readInvalidations } from '#test/support/services/readInvalidations.ts';
import { startShop } from '#test/support/services/startShop.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

const CUT_MS = 10_000;

test('what a subscriber missed that was cut off for 10 s is counted to the message, and its L1 is flushed', async () => {
  await using redis = await startRedis();
  const line = await openRedisLine(redis.port);
  onTestFinished(() => line.close());
  let price = 'old';
  const load = () => price;
  const near = await startShop(redis.port, { instance: 'near', load });
  const far = await startShop(line.port, { instance: 'far', load });
  await using server = await startCachescope({ redisUrl: redis.url });
  // Each hears the other once, so that each knows where the other stands.
  await near.cache.product.delete({ id: 1 });
  await far.cache.product.delete({ id: 1 });
  for (const id of [7, 8, 9]) expect(await far.cache.product.get({ id })).toBe('old');
  await waitUntil('L1 holds them', async () => far.cache.snapshot().state?.l1?.entryCount === 3);
  const sentBefore = near.told.sent;

  line.cut();
  const cutAtMs = performance.now();
  price = 'new';
  while (performance.now() - cutAtMs < CUT_MS) {
    await near.cache.product.delete({ id: 7 });
    await pause(100);
  }
  const missed = near.told.sent - sentBefore;
  line.mend();
  await waitUntil('it hears again', async () => far.isLive());
  expect(await far.cache.product.get({ id: 7 })).toBe('new');
  // The first message after the gap says how many never came.
  await near.cache.product.delete({ id: 8 });
  await waitUntil('what was missed is counted', async () => far.told.missed > 0);

  expect(missed).toBeGreaterThan(20);
  expect(far.told).toMatchObject({ missed, flushedEntries: 3 });
  expect(far.told.flushes).toBeGreaterThan(0);
  const read = async () => {
    const rows = await readInvalidations(server.url);
    return { near: rows.get('near'), far: rows.get('far') };
  };
  await waitUntil('the server says so', async () => (await read()).far?.missed === missed, 60_000);
  const { near: nearRow, far: farRow } = await read();
  expect(farRow).toMatchObject({ missed, flushes: far.told.flushes, flushedEntries: 3 });
  // Where the machine is busy its own subscription may have been late as well; it counts that, and misses nothing.
  expect(nearRow).toMatchObject({ missed: 0, flushes: near.told.flushes, flushedEntries: 0 });
}, 120_000);
