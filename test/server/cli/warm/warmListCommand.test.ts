import { expect, it, onTestFinished, vi } from 'vitest';
import { createCache, family } from '#cache/cache.ts';
import { openServer } from '#server/openServer.ts';
import { runCommandLine } from '#test/support/cli/runCommandLine.ts';
import { openClient } from '#test/support/redis/openClient.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

async function openShop() {
  const redis = await startRedis();
  onTestFinished(() => redis[Symbol.asyncDispose]());
  // Started once there are keys: the first sample tells under which starts of key names to look for instances.
  const serve = async () => {
    const server = await openServer(testConfig(redis.port), testSurroundings);
    onTestFinished(() => server.close());
    return (...words: readonly string[]) =>
      runCommandLine({ words: ['warm', 'list', ...words], url: server.url });
  };
  const openInstance = (service: string, hasControl: boolean) => {
    const client = openClient({ port: redis.port });
    onTestFinished(() => client.disconnect());
    const cache = createCache({
      ...{ redis: client, service, instance: `${service}-1`, version: '3.1', announce: { everySeconds: 1 } },
      ...(hasControl ? { control: {} } : {}),
      families: {
        product: family({ key: 'product:{id}', ttlSeconds: 600, load: async ({ id }) => ({ id }) }),
      },
      warmers: { top: { list: ({ product }) => [1, 2, 3].map((id) => product({ id })), perSecond: 500 } },
    });
    onTestFinished(async () => void (await cache.close()));
    return cache;
  };
  return { redis, serve, openInstance };
}

it('lists warmers with their last run, and says what cannot be warmed and why', async () => {
  const { serve, openInstance } = await openShop();
  const shop = openInstance('shop', true);
  const billing = openInstance('billing', false);
  await Promise.all([shop.product.get({ id: 3 }), billing.product.get({ id: 3 })]);
  await shop.warm('top');
  const list = await serve();
  const found = await vi.waitFor(
    async () => {
      const answer = await list();
      expect(answer.out).toMatch(/completed/);
      return answer;
    },
    { timeout: 30_000, interval: 200 },
  );
  expect(found.code).toBe(0);
  expect(found.out).toMatch(/^service +warmer +last run +at +done +by$/m);
  expect(found.out).toMatch(/^billing +top +none yet +- +- +-$/m);
  expect(found.out).toMatch(/^shop +top +completed +20\S+.* 3 of 3 +shop-1$/m);
  expect(found.out).toContain('billing cannot be warmed from here. None of its instances takes commands');
  const { services } = JSON.parse((await list('--json')).out);
  expect(services).toMatchObject([
    { service: 'billing', refusal: 'noCommands', commandedCount: 0 },
    {
      service: 'shop',
      prefix: 'shop:',
      refusal: null,
      warmers: [{ warmer: 'top', runs: [{ doneCount: 3 }] }],
    },
  ]);
}, 60_000);

it('says so when Redis does not answer, and shows what was known before', async () => {
  const { redis, serve, openInstance } = await openShop();
  await openInstance('shop', true).product.get({ id: 3 });
  const list = await serve();
  await vi.waitFor(async () => expect((await list()).out).toMatch(/^shop +top/m), {
    timeout: 30_000,
    interval: 200,
  });
  await redis.kill();
  await vi.waitFor(async () => expect((await list()).out).toMatch(/Redis does not answer since/), {
    timeout: 30_000,
    interval: 200,
  });
  expect((await list()).out).toMatch(/^shop +top/m);
}, 90_000);

it('says what to do when no service announces itself', async () => {
  const { serve } = await openShop();
  const list = await serve();
  const { code, out } = await list();
  expect(code).toBe(0);
  expect(out).toMatch(
    /No service is known\. Those with cachescope\/cache appear once they announce themselves/,
  );
});
