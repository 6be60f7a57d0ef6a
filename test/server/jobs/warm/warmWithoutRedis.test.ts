import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createCache, family } from '#cache/cache.ts';
import { listenOnLoopback } from '#demo/processes/listenOnLoopback.ts';
import { openRedisLine } from '#demo/processes/redisLine.ts';
import { systemClock } from '#server/clock/clock.ts';
import { HttpCommands } from '#server/control/httpCommands.ts';
import { ServiceCommands } from '#server/control/serviceCommands.ts';
import { AnnouncedInstances } from '#server/sources/announced/announcedInstances.ts';
import { addressRanges } from '#server/sources/targets/addressRanges.ts';
import { isTerminal } from '#shared/acting/job.ts';
import { startBench } from '#test/cache/startCache.ts';
import { guardedJobsHarness, operator } from '#test/support/jobs/guardedJobsHarness.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { noMemory } from '#test/support/services/noMemory.ts';

const secret = 'of this test';

/** An instance of the service `shop` that takes commands at a port, with a warmer that takes minutes. */
async function openShop(redis: Awaited<ReturnType<Awaited<ReturnType<typeof startBench>>['connect']>>) {
  const server = createServer((request, response) => cache.commandHandler()(request, response));
  const { url, close } = await listenOnLoopback(server);
  const cache = createCache({
    ...{ redis, service: 'shop', instance: 'shop-1', version: '3.1' },
    families: { product: family({ key: 'product:{id}', ttlSeconds: 600, load: async ({ id }) => ({ id }) }) },
    announce: { controlUrl: `${url}/control` },
    control: { secret },
    warmers: {
      top: {
        list: ({ product }) => Array.from({ length: 1_000 }, (_, id) => product({ id })),
        perSecond: 10,
      },
    },
  });
  onTestFinished(async () => {
    await cache.close();
    await close();
  });
  await cache.product.get({ id: 'first' });
  return cache;
}

it('when only this server loses Redis, the instance is told over HTTP to end the run, which nobody can follow', async () => {
  await using bench = await startBench();
  const shop = await openShop(await bench.connect());
  const line = await openRedisLine(bench.redis.port);
  onTestFinished(() => line.close());
  const openOperator = async () => openTestConnection(line, 'operator');
  const monitor = openTestConnection(bench.redis, 'monitor');
  onTestFinished(() => monitor.close());
  const clock = systemClock();
  const announced = new AnnouncedInstances({
    memory: noMemory,
    ...{ connection: monitor, prefixes: () => ['shop:'], isReadElsewhere: () => false, nowMs: clock.nowMs },
  });
  await vi.waitFor(async () => expect((await announced.look()).instances).toHaveLength(1), {
    timeout: 5_000,
  });
  const ranges = addressRanges(['127.0.0.0/8']);
  const around = { secret, clock, newId: randomUUID };
  const http = new HttpCommands({ ...around, announced: () => announced.found(), ranges });
  const commands = new ServiceCommands({ ...around, openOperator, http });
  const memoryRoom = () => ({ usedBytes: 0, maxBytes: null, isLimited: false, isNoEviction: null });
  const warming = { commands, hooks: [], memoryRoom, evictedPerSecond: () => 0 };
  const { jobs, start } = guardedJobsHarness(openOperator, { warming, clock });
  const plan = await jobs.planWarm({ targetId: 'default', prefix: 'shop:', warmer: 'top' }, operator);
  const job = await start(plan);
  const running = () => shop.snapshot().warmers.map(({ state }) => state);
  await vi.waitFor(() => expect(running()).toEqual(['progressed']), { timeout: 10_000 });

  await line.close();
  await vi.waitFor(() => expect(isTerminal(jobs.get(job.id)?.state ?? 'running')).toBe(true), {
    timeout: 15_000,
  });
  expect(jobs.get(job.id)).toMatchObject({
    ...{
      state: 'failed',
      outcome: expect.stringMatching(
        /by shop-1\. Redis [a-z ]+\. shop-1 was told to stop\. What is loaded stays; plan it again once Redis answers\.$/,
      ),
    },
  });
  await vi.waitFor(() => expect(running()).toEqual(['cancelled']));
}, 40_000);
