import { expect, onTestFinished, test } from 'vitest';
import { openServer } from '#server/openServer.ts';
import { HOOK_WARMER } from '#shared/acting/warmHook.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { runCommandLine } from '#test/support/cli/runCommandLine.ts';
import { completedProbe } from '#test/support/probe/probeJob.ts';
import { openNodeClient } from '#test/support/redis/openNodeClient.ts';
import { startHookService } from '#test/support/services/hookService.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

/** Looks up products that are not there, the first ones most often, until it is told to stop. */
function missAgainAndAgain(redis: Awaited<ReturnType<typeof openNodeClient>>): { stop(): Promise<void> } {
  let isOn = true;
  const going = (async () => {
    for (let round = 0; isOn; round += 1) {
      const batch = redis.pipeline();
      for (let id = 0; id < 40; id += 1) if (round % (id + 1) === 0) batch.get(`shop:product:${id}`);
      batch.get('other:thing');
      await batch.exec();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  return {
    stop: async () => {
      isOn = false;
      await going;
    },
  };
}

test('what a live probe saw missed of a service without our library is loaded through its hook, in a terminal', async () => {
  await using redis = await startRedis();
  const client = await openNodeClient(redis.port);
  onTestFinished(() => client.disconnect());
  const service = await startHookService(client);
  const config = testConfig(redis.port, {
    warmHooks: [{ prefix: 'shop:', url: service.url, secret: 'between us', secretFile: null }],
  });
  const server = await openServer(config, testSurroundings);
  onTestFinished(() => server.close());
  const api = apiClient(server.url);
  const words = ['warm', '--hook', '--prefix', 'shop:', '--rate', '500'];
  const before = await runCommandLine({ words: [...words, '--dry-run'], url: server.url });
  expect(before.err).toContain('live probe');

  const traffic = missAgainAndAgain(client);
  await completedProbe(api, 'window2s');
  await traffic.stop();
  await client.set('shop:product:0', 'somebody was quicker');

  const listed = await runCommandLine({ words: ['warm', 'list'], url: server.url });
  expect(listed.out).toMatch(new RegExp(`shop +${HOOK_WARMER.replace(/[()]/g, '\\$&')}`));

  const dry = await runCommandLine({ words: [...words, '--dry-run'], url: server.url });
  expect(dry.out).toMatch(/^missed most +40 keys, by the live probe of .* missed look-ups in 2[.\d]* s$/m);
  expect(dry.out).toMatch(/^missing now +39 \(39 to 39\)$/m);
  const share = /^stand for +([\d.]+) % of these/m.exec(dry.out)?.[1];
  expect(Number(share)).toBeGreaterThan(20);
  expect(service.batches).toEqual([]);

  const run = await runCommandLine({ words: [...words, '--yes'], url: server.url });
  expect(run.code, `${run.out}${run.err}`).toBe(0);
  expect(run.out).toContain('39 of 39 keys were given to the hook: 39 loaded.');
  expect(service.batches.flatMap(({ keys }) => keys.map(String))[0]).toBe('shop:product:1');
  expect(service.batches[0]?.authorization).toBe('Bearer between us');
  expect(await client.exists('other:thing')).toBe(0);
  expect(await client.dbsize()).toBe(40);
  const again = await runCommandLine({ words: [...words, '--dry-run'], url: server.url });
  expect(again.err).toContain('nothing to warm');
}, 60_000);
