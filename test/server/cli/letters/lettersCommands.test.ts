import { expect, it, onTestFinished, vi } from 'vitest';
import { counter, createCache, event, family, redisStreamBus } from '#cache/cache.ts';
import { openServer } from '#server/openServer.ts';
import { DEFAULT_EVENT_STREAM } from '#shared/control/eventStreamKeys.ts';
import { runCommandLine } from '#test/support/cli/runCommandLine.ts';
import { openClient } from '#test/support/redis/openClient.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

/** A shop whose consumer fails on every event until it is mended; an event was given up after two tries. */
async function openShop(stream = DEFAULT_EVENT_STREAM) {
  const redis = await startRedis();
  onTestFinished(() => redis[Symbol.asyncDispose]());
  const client = openClient({ port: redis.port });
  onTestFinished(() => client.disconnect());
  let isBroken = true;
  const cache = createCache({
    ...{ redis: client, service: 'shop', instance: 'shop-1', announce: {} },
    families: { product: family({ key: 'product:{id}', ttlSeconds: 600, load: async ({ id }) => ({ id }) }) },
    eventBus: redisStreamBus({ stream, maxDeliveries: 2, retryDelayMs: 10, blockMs: 50 }),
    events: (keyOf) => ({
      'product.updated': event({
        invalidates: ({ id }: { id: number }) => {
          if (isBroken) throw new Error('no such product');
          return { keys: [keyOf.product({ id })] };
        },
      }),
    }),
  });
  onTestFinished(async () => void (await cache.close()));
  await cache.ready();
  await cache.product.get({ id: 3 });
  await vi.waitFor(async () => expect(await redis.client.exists(stream)).toBe(1), 10_000);
  await cache.publish('product.updated', { id: 3 });
  const config = testConfig(redis.port, { eventStreams: [stream, 'refunds'] });
  const server = await openServer(config, testSurroundings);
  onTestFinished(() => server.close());
  const run = (...words: readonly string[]) =>
    runCommandLine({ words: ['dead-letters', ...words], url: server.url });
  const mend = () => {
    isBroken = false;
  };
  return { redis, run, mend };
}

it('lists an event that a service gave up, and replays it once the service is mended', async () => {
  const { redis, run, mend } = await openShop();
  const listed = await vi.waitFor(
    async () => {
      const { out } = await run('list');
      expect(out).toMatch(/product\.updated/);
      return out;
    },
    { timeout: 30_000, interval: 500 },
  );
  expect(listed).toMatch(/^shop \(events\): 1$/m);
  expect(listed).toMatch(/ +2 +8 B +Error: no such product/);
  const id = /\d{13}-\d+/.exec(listed)?.[0] ?? '';
  const planned = await run('replay', id, '--service', 'shop', '--dry-run');
  expect(planned.out).toMatch(/^Replay 1 dead letter of shop in test$/m);
  expect(await redis.client.exists('shop:product:3')).toBe(1);
  mend();
  const { code, out } = await run('replay', id, '--service', 'shop', '--yes');
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('1 replayed.') });
  await vi.waitFor(async () => expect(await redis.client.exists('shop:product:3')).toBe(0), 10_000);
  expect((await run('list', '--service', 'shop')).out).toContain('shop (events) has no dead letters.');
}, 60_000);

it('finds the letters of a service that reads another stream of events, and puts them back into that one', async () => {
  const { redis, run, mend } = await openShop('orders');
  const listed = await vi.waitFor(
    async () => {
      const { out } = await run('list', '--service', 'shop');
      expect(out).toMatch(/^shop \(events of orders\): 1$/m);
      return out;
    },
    { timeout: 30_000, interval: 500 },
  );
  const id = /\d{13}-\d+/.exec(listed)?.[0] ?? '';
  mend();
  const { out } = await run('replay', id, '--service', 'shop', '--yes');
  expect(out).toMatch(/Replay 1 dead letter of shop \(events of orders\)[\s\S]*1 replayed\./);
  await vi.waitFor(async () => expect(await redis.client.exists('shop:product:3')).toBe(0), 10_000);
}, 60_000);

it('prints how the purge of what an invalidation names is planned, and plans it so', async () => {
  const { redis, run } = await openShop();
  const stream = 'shop:cachescope:dead-letters:invalidations';
  const of = ['source', 'key', 'reason', 'refused', 'queuedAtMs', '1000'];
  const id = await redis.client.xadd(stream, '*', 'kind', 'key', 'target', 'shop:product:3', ...of);
  await redis.client.xadd(stream, '*', 'kind', 'version', 'target', 'assortment', ...of);
  const out = await vi.waitFor(
    async () => {
      const listed = await run('list', '--service', 'shop', '--queue', 'invalidations');
      expect(listed.out).toMatch(/dead-letters purge/);
      return listed.out;
    },
    { timeout: 30_000, interval: 500 },
  );
  expect(out).toContain(`cachescope dead-letters purge ${id} --service 'shop' --dry-run`);
  expect(out).toContain("cachescope dead-letters drop ID --service 'shop' --queue invalidations");
  expect(out).toMatch(/kind version name no keys/);
  expect(out).not.toContain('shop:product:3');
  const planned = await run('purge', String(id), '--service', 'shop', '--dry-run');
  expect(planned.out).toMatch(/^Purge 1 key named shop:product:3 in test$/m);
  expect(planned.out).toContain(`Note: The dead letter ${id} of shop stays in its list`);
  const { code, out: done } = await run('purge', String(id), '--service', 'shop', '--yes');
  expect({ code, done }).toMatchObject({ code: 0, done: expect.stringContaining('until it is dropped.') });
  expect(await redis.client.exists('shop:product:3')).toBe(0);
  expect(await redis.client.xlen(stream)).toBe(2);
}, 60_000);

/** A shop whose source refuses the stock of one product for good, as the library then buries it. */
async function openStock() {
  const redis = await startRedis();
  onTestFinished(() => redis[Symbol.asyncDispose]());
  const client = openClient({ port: redis.port });
  onTestFinished(() => client.disconnect());
  const cache = createCache({
    ...{ redis: client, service: 'shop', instance: 'shop-1', announce: {}, families: {} },
    counters: {
      stock: counter({
        ...{ key: 'stock:{id}', ttlSeconds: 600, load: async () => 10 },
        flush: async (changes) => {
          if (changes.some(({ fields }) => fields.id === 3)) throw new Error('no stock of 3');
        },
        ...{ flushIntervalMs: 10, backoffMs: 10, maxAttemptCount: 1 },
      }),
    },
  });
  onTestFinished(async () => void (await cache.close()));
  await cache.ready();
  for (const id of [3, 4, 5]) await cache.stock.increment({ id }, -2);
  const letters = 'shop:cachescope:{write-behind:stock}:dead-letters';
  await vi.waitFor(async () => expect(await redis.client.xlen(letters)).toBe(1), 20_000);
  const server = await openServer(testConfig(redis.port), testSurroundings);
  onTestFinished(() => server.close());
  const run = (...words: readonly string[]) =>
    runCommandLine({ words: ['dead-letters', ...words], url: server.url });
  return { redis, run, letters };
}

it('lists changes that the source refused, replays none, and drops them with a reason', async () => {
  const { redis, run, letters } = await openStock();
  const of = ['--service', 'shop', '--queue', 'write-behind', '--family', 'stock'];
  const out = await vi.waitFor(
    async () => {
      const listed = await run('list');
      expect(listed.out).toMatch(/stock:3/);
      return listed.out;
    },
    { timeout: 30_000, interval: 500 },
  );
  expect(out).toMatch(/^shop \(write-behind of stock\): 1$/m);
  expect(out).toMatch(/stock:3 .* 2 B +no stock of 3/);
  expect(out).toContain(`cachescope dead-letters drop ID ${quoted(of)}`);
  expect((await run('list', ...of)).out).toMatch(/stock:3/);
  expect(await run('replay', '--all', ...of)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/not replayed.*would count twice/),
  });
  const planned = await run('drop', '--all', ...of, '--dry-run');
  expect(planned.out).toMatch(/^Drop 1 dead letter of shop \(write-behind of stock\) in test$/m);
  expect(planned.out).toMatch(/write there first/);
  expect(await run('drop', '--all', ...of, '--yes', '--reason', 'booked by hand')).toMatchObject({
    code: 0,
  });
  expect(await redis.client.xlen(letters)).toBe(0);
}, 60_000);

function quoted([, service, , queue, , family]: readonly string[]): string {
  return `--service '${service}' --queue ${queue} --family '${family}'`;
}

it.each<[readonly string[], number, RegExp]>([
  [['purge'], 2, /Say whose letter/],
  [['purge', '--service', 'shop'], 2, /Say which letter/],
  [['replay'], 2, /Say which letter/],
  [['replay', '1-1'], 2, /Say whose letters/],
  [['drop', '--service', 'shop'], 2, /Say which letter, or --all/],
  [['replay', '1-1', '--all', '--service', 'shop'], 2, /not both/],
  [['replay', 'x', '--service', 'shop'], 2, /no id of a letter/],
  [['list', '--queue', 'letters'], 2, /no queue; say events, invalidations, or write-behind/],
  [['list', '--queue', 'write-behind', '--service', 'shop'], 2, /--family NAME/],
  [['list', '--family', 'stock'], 2, /belongs to --queue write-behind/],
  [['list', '--before', 'now'], 2, /no id of a letter/],
])('%j is refused with what is wrong', async (words, code, problem) => {
  const answer = await runCommandLine({ words: ['dead-letters', ...words], url: 'http://127.0.0.1:9' });
  expect(answer).toMatchObject({ code, err: expect.stringMatching(problem) });
});
