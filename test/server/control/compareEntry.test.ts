import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CacheOptions, createCache, family } from '#cache/cache.ts';
import { systemClock } from '#server/clock/clock.ts';
import { compareEntry } from '#server/control/compareEntry.ts';
import { ServiceCommands, type ServiceCommandsOptions } from '#server/control/serviceCommands.ts';
import { answersKey } from '#shared/control/controlAnswer.ts';
import { instancesKey } from '#shared/control/instanceSnapshot.ts';
import { type CacheBench, startBench } from '#test/cache/startCache.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { noHttpCommands } from '#test/support/services/noHttpCommands.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((cache) => cache.close()));
});

/** Prices by product, as the source has them. */
const prices = new Map<string, number>();
beforeEach(() => void prices.clear());

const families = {
  price: family({ key: 'price:{id}', ttlSeconds: 60, load: async ({ id }) => prices.get(String(id)) }),
  flag: family({
    key: 'flag:{name}',
    ttlSeconds: 60,
    namespace: 'flags',
    load: async ({ name }) => prices.get(String(name)) ?? 0,
  }),
};

/** An instance of the service `shop` that announces itself and takes commands. */
async function openShop(options: Partial<CacheOptions<typeof families>> = {}) {
  const cache = createCache({
    ...{ redis: await bench.connect(), service: 'shop', version: '3.1', families },
    ...{ announce: {}, control: {}, verify: { settleMs: 1, sampleRatio: 1e-9 } },
    ...options,
  });
  opened.push(cache);
  await cache.ready();
  await expect.poll(() => bench.redis.client.exists(instancesKey('shop:')), { timeout: 5_000 }).toBe(1);
  return cache;
}

function compare(key: string | Buffer, options: Partial<ServiceCommandsOptions> = {}) {
  const commands = new ServiceCommands({
    openOperator: async () => openTestConnection(bench.redis, 'operator'),
    ...{ secret: null, http: noHttpCommands, clock: systemClock(), newId: randomUUID },
    ...options,
  });
  return compareEntry(commands, Buffer.from(key));
}

/** Time passes by waiting alone. */
function waitedClock() {
  let nowMs = Date.now();
  return {
    nowMs: () => nowMs,
    elapsedMs: () => nowMs,
    pause: async (ms: number) => {
      nowMs += ms;
      await new Promise((resolve) => setTimeout(resolve, 5));
    },
  };
}

describe('an entry', () => {
  it('is the same as long as its source gives the same, and has drifted when that changed unseen', async () => {
    prices.set('a:1', 5);
    const shop = await openShop();
    await shop.price.get({ id: 'a:1' });
    const same = await compare('shop:price:a%3A1');
    expect(same).toMatchObject({ state: 'same', answeredBy: expect.stringContaining('(3.1)') });
    prices.set('a:1', 6);
    expect(await compare('shop:price:a%3A1')).toMatchObject({ state: 'drifted' });
    // Looking changed nothing.
    expect(await shop.price.get({ id: 'a:1' })).toBe(5);
  });

  it('of a family with a namespace is found by its whole name', async () => {
    prices.set('beta', 1);
    const shop = await openShop();
    await shop.flag.get({ name: 'beta' });
    const [key = ''] = await bench.redis.client.keys('shop:flag:beta:v*');
    expect(await compare(key)).toMatchObject({ state: 'same' });
  });

  it('that is gone is missing', async () => {
    await openShop();
    expect(await compare('shop:price:7')).toMatchObject({ state: 'missing' });
  });
});

describe('nothing is compared', () => {
  it.each([
    ['of no service that announced itself', 'other:price:7', 'announced'],
    ['of no family', 'shop:stock:7', 'family'],
    ['that is no text', Buffer.from('73686f703aff', 'hex'), 'text'],
  ])('for a key %s', async (_, key, text) => {
    await openShop();
    expect(await compare(key)).toMatchObject({ state: 'refused', text: expect.stringContaining(text) });
  });

  it('without the secret that the service asks for', async () => {
    await openShop({ control: { secret: 'between us' } });
    expect(await compare('shop:price:7')).toMatchObject({
      state: 'refused',
      text: expect.stringContaining('signature'),
    });
    expect(await compare('shop:price:7', { secret: 'between us' })).toMatchObject({ state: 'missing' });
  });

  it('that anybody knows of, where no instance takes commands', async () => {
    await bench.redis.client.zadd(instancesKey('shop:'), Date.now(), 'deaf');
    expect(await compare('shop:price:7', { clock: waitedClock() })).toMatchObject({
      state: 'unanswered',
      answeredBy: null,
    });
  });

  it('to its end, where the instance that took it falls silent', async () => {
    await bench.redis.client.zadd(instancesKey('shop:'), Date.now(), 'dying');
    const clock = waitedClock();
    const asked = compare('shop:price:7', { clock, newId: () => 'c1' });
    const accepted = { v: 1, id: 'c1', from: 'dying', version: '3.1', atMs: 0, state: 'accepted' };
    const body = JSON.stringify({ ...accepted, reason: '', text: '' });
    await bench.redis.client.xadd(answersKey('shop:'), '*', 'body', body);
    expect(await asked).toMatchObject({ state: 'unanswered' });
  });

  it('when Redis does not permit the command', async () => {
    await openShop();
    const { client } = bench.redis;
    await client.call('ACL', 'SETUSER', 'mute', 'on', '>pw', '~*', '&*', '+@all', '-xadd');
    const openOperator = async () =>
      openTestConnection(bench.redis, 'operator', { username: 'mute', password: 'pw' });
    await expect(compare('shop:price:7', { openOperator })).rejects.toMatchObject({
      code: 'redisRefused',
      message: expect.stringContaining('+xadd'),
    });
  });
});
