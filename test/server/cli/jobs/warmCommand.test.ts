import { expect, it, onTestFinished, vi } from 'vitest';
import { createCache, family } from '#cache/cache.ts';
import type { Config } from '#server/config/config.ts';
import { openServer } from '#server/openServer.ts';
import { runCommandLine } from '#test/support/cli/runCommandLine.ts';
import { openClient } from '#test/support/redis/openClient.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

async function openShop(config: Partial<Config> = {}) {
  const redis = await startRedis();
  onTestFinished(() => redis[Symbol.asyncDispose]());
  const client = openClient({ port: redis.port });
  onTestFinished(() => client.disconnect());
  const cache = createCache({
    ...{ redis: client, service: 'shop', instance: 'shop-1', version: '3.1', announce: {}, control: {} },
    families: { product: family({ key: 'product:{id}', ttlSeconds: 600, load: async ({ id }) => ({ id }) }) },
    warmers: {
      top: {
        list: ({ product }) => Array.from({ length: 20 }, (_, id) => product({ id })),
        perSecond: 500,
      },
    },
  });
  onTestFinished(async () => void (await cache.close()));
  await cache.product.get({ id: 3 });
  const server = await openServer({ ...testConfig(redis.port), ...config }, testSurroundings);
  onTestFinished(() => server.close());
  const run = (...words: readonly string[]) => runCommandLine({ words: ['warm', ...words], url: server.url });
  return { redis, run };
}

it('shows what a service would load, and has it loaded', async () => {
  const { redis, run } = await openShop();
  const planned = await run('top', '--service', 'shop', '--rate', '400', '--dry-run');
  expect(planned.out).toMatch(/^Warm 19 entries of top \(shop:\) in test$/m);
  expect(planned.out).toMatch(/^lists +20 entries, says shop-1 \(3\.1\)$/m);
  expect(planned.out).toMatch(/^loads +at most 400\S*\/s, 4 at one time$/m);
  expect(planned.out).toMatch(/^of them +20 shop:product:\{id\}$/m);
  expect(await redis.client.keys('shop:product:*')).toHaveLength(1);
  const { code, out } = await run('top', '--prefix', 'shop:', '--yes');
  expect({ code, out }).toMatchObject({
    code: 0,
    out: expect.stringContaining('20 of 20 entries were gone'),
  });
  expect(await redis.client.keys('shop:product:*')).toHaveLength(20);
});

it('names the rate that would do where the source would not stand that of the warmer', async () => {
  const { run } = await openShop({ sourceCapacityPerSecond: 100 });
  const { code, err } = await run('top', '--service', 'shop');
  expect(code).toBe(1);
  expect(err).toMatch(/At most 80 a second would do\. Say --rate 80\.$/);
});

it.each<[readonly string[], number, RegExp]>([
  [[], 2, /Say which warmer, or --hook\. "cachescope warm list" lists the warmers/],
  [['--service', 'shop'], 2, /Say which warmer/],
  [['top'], 2, /Say whose warmer it is: --service NAME\. "cachescope warm list"/],
  [['cancel', 'job-1'], 2, /job-1 is not known\..* "cachescope purge cancel JOB" stops a warm-up/],
  [
    ['top', '--service', 'a'.repeat(300)],
    1,
    /The name of the service.* is too long: at most 256 characters\.$/,
  ],
  [['top', '--service', 'shop', '--prefix', 'shop:'], 2, /not both/],
  [['top', '--service', 'shop', '--rate', '0'], 2, /--rate is a number/],
  [['bottom', '--service', 'shop'], 1, /No warmer "bottom" is declared/],
])('%j is refused with what is wrong', async (words, code, problem) => {
  const { run } = await openShop();
  expect(await run(...words)).toMatchObject({ code, err: expect.stringMatching(problem) });
});

it('names the services that are known where the one that is asked for is not', async () => {
  const { run } = await openShop();
  await vi.waitFor(
    async () =>
      expect(await run('top', '--service', 'nope')).toMatchObject({
        code: 1,
        err: 'No service is known whose keys begin with "nope:". Known are: shop.',
      }),
    { timeout: 30_000, interval: 500 },
  );
}, 60_000);

it('says in its help which commands list and stop', async () => {
  const { code, out } = await runCommandLine({ words: ['warm', '--help'], url: 'http://127.0.0.1:1' });
  expect(code).toBe(0);
  expect(out).toContain(
    '"cachescope warm list" lists the warmers; "cachescope purge cancel JOB" stops a warm-up',
  );
});
