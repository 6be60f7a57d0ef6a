import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventBusAdapter } from '#cache/eventBus/eventBus.ts';
import { redisStreamBus } from '#cache/eventStream/redisStreamBus.ts';
import { prepareStreamSettings } from '#cache/eventStream/streamBusOptions.ts';
import { StreamConsumer } from '#cache/eventStream/streamConsumer.ts';
import { eventStreamKeys } from '#shared/control/eventStreamKeys.ts';
import type { Interleaving } from '#test/support/interleaving/openInterleaving.ts';
import { runSeeds, seededTest } from '#test/support/interleaving/runSeeds.ts';
import { joinOnce, openService, type Service, standing } from '../eventBus/openService.ts';
import { type CacheBench, keptKeys, startBench } from '../startCache.ts';
import { crashable } from './crashable.ts';

const IDS = [1, 2, 3];
const OPTIONS = { blockMs: 0, batchSize: 2, claimIdleMs: 1, retryDelayMs: 1 };

let bench: CacheBench;
let clients: readonly Redis[];
beforeAll(async () => {
  bench = await startBench();
  clients = await Promise.all(Array.from({ length: 4 }, () => bench.connect()));
});
afterAll(() => bench[Symbol.asyncDispose]());

function clientAt(index: number): Redis {
  const client = clients[index];
  if (client === undefined) throw new Error('There is no such client.');
  return client;
}

/** An instance whose turns are taken by the test. */
function openByTurns(redis: Redis, instance: string): { service: Service; turn(): Promise<void> } {
  let consumer: StreamConsumer | null = null;
  const bus: EventBusAdapter = {
    open: (around) => {
      const stream = redisStreamBus(OPTIONS).open(around);
      const settings = prepareStreamSettings(OPTIONS);
      return {
        publish: (envelope) => stream.publish(envelope),
        subscribe: (subscriber) => {
          const keys = eventStreamKeys(settings.stream);
          consumer = new StreamConsumer({ ...around, keys, settings }, subscriber);
          return consumer;
        },
        close: () => stream.close(),
      };
    },
  };
  const service = openService(redis, { bus, instance, commandTimeoutMs: 60_000 });
  return { service, turn: () => consumer?.turn() ?? Promise.resolve() };
}

async function takeTurns(interleaving: Interleaving, redis: Redis, instance: string): Promise<void> {
  const { client, crash, crashed } = crashable(interleaving.wrap(redis, instance));
  const { turn, service } = openByTurns(client, instance);
  const turns = async (): Promise<void> => {
    for (let round = 0; round < 4; round += 1) await turn();
  };
  const fall = async (): Promise<void> => {
    const stepCount = Math.floor(interleaving.random() * 12);
    for (let step = 0; step < stepCount; step += 1) await interleaving.step(`${instance} lives`);
    crash();
  };
  await Promise.race([turns(), Promise.all([fall(), crashed])]);
  // Its connections end with it.
  crash();
  void service.declared.close();
}

async function publish({ interleaving, service }: { interleaving: Interleaving; service: Service }) {
  let publishedCount = 0;
  for (let round = 0; round < 4; round += 1) {
    await interleaving.step('before a change');
    const id = IDS[Math.floor(interleaving.random() * IDS.length)] ?? 1;
    await bench.redis.client.set(`shop:product:${id}`, `from before event ${round}`);
    const { state } = await service.declared.publish('product.updated', { id });
    expect(state).toBe('published');
    publishedCount += 1;
  }
  return publishedCount;
}

describe('an acknowledged publication', () => {
  it('is applied whichever instance ends at whichever point', seededTest, async () => {
    await runSeeds(150, async (interleaving) => {
      await bench.redis.client.flushall();
      await joinOnce(bench.redis.client);
      const publisher = openService(interleaving.wrap(clientAt(0), 'publisher'), {
        ...{ service: 'catalog', isStarted: false, commandTimeoutMs: 60_000 },
      });
      const restarting = async (): Promise<void> => {
        await takeTurns(interleaving, clientAt(1), 'i1');
        await takeTurns(interleaving, clientAt(1), 'i1');
      };
      const [publishedCount] = await interleaving.runUntilSettled([
        publish({ interleaving, service: publisher }),
        restarting(),
        takeTurns(interleaving, clientAt(2), 'i2'),
      ]);
      await interleaving.close();
      await using last = openByTurns(clientAt(3), 'i3').service;
      const survivor = openByTurns(clientAt(3), 'i4');
      await using _service = survivor.service;
      for (let round = 0; round < 200; round += 1) {
        await survivor.turn();
        const now = await standing(last);
        if (now?.pendingCount === 0 && now.undeliveredCount === 0) break;
      }
      expect(await standing(last)).toEqual({
        ...{ undeliveredCount: 0, pendingCount: 0, lostCount: 0, deadLetterCount: 0 },
      });
      expect(publishedCount).toBe(4);
      expect(await keptKeys(bench.redis.client)).toEqual([]);
      await publisher.close();
    });
  });
});
