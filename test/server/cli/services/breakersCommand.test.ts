import { expect, it, onTestFinished } from 'vitest';
import { openServer } from '#server/openServer.ts';
import { runCommandLine } from '#test/support/cli/runCommandLine.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { startInstance } from '#test/support/services/startInstance.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

async function open() {
  const redis = await startRedis();
  onTestFinished(() => redis[Symbol.asyncDispose]());
  const serve = async () => {
    const server = await openServer(
      testConfig(redis.port, { metricsAnnounced: ['127.0.0.0/8'] }),
      testSurroundings,
    );
    onTestFinished(() => server.close());
    return (...words: readonly string[]) =>
      runCommandLine({ words: ['breakers', ...words], url: server.url });
  };
  return { redis, serve };
}

it('lists them worst first, with what the calls die of', async () => {
  const { redis, serve } = await open();
  const first = await startInstance({ redisPort: redis.port, name: 'shop-1' });
  const second = await startInstance({ redisPort: redis.port, name: 'shop-2' });
  await Promise.all([first.ask(), second.ask()]);
  const breakers = await serve();
  const until = (what: RegExp) =>
    waitUntil(`it says ${what}`, async () => what.test((await breakers()).out), 30_000);
  await until(/None of 2 breakers/);
  second.line.cut();
  while (second.state() !== 'open') await second.ask();
  await until(/1 of 2 breakers/);
  const { out, code } = await breakers();
  expect(code).toBe(0);
  expect(out).toMatch(/^1 of 2 breakers keep calls from Redis since 20\S+\. Calls wait and then fail/m);
  expect(out).toMatch(/^service +instance +breaker +state +since +failed +slow +read$/m);
  expect(out).toMatch(
    /shop +shop-2 +shop \(cachescope\/cache\) +open +20.* ago, http\nshop +shop-1 +shop \(cachescope\/cache\) +closed/,
  );
  const { instances } = JSON.parse((await breakers('--json')).out);
  expect(instances).toHaveLength(2);
  await second.silence();
  await until(/shop-2 .* silent, was open/);
  expect((await breakers()).out).toMatch(/^None of 1 breakers keeps calls from Redis\.$/m);
}, 90_000);

it('says which services would be there when there is none', async () => {
  const { serve } = await open();
  const breakers = await serve();
  expect((await breakers()).out).toContain('No service is known that tells of its breakers');
});
