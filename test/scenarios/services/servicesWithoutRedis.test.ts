import { expect, onTestFinished, test } from 'vitest';
import type { Config } from '#server/config/config.ts';
import { openServer } from '#server/openServer.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { startInstance } from '#test/support/services/startInstance.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

const asked = { targetId: DEFAULT_TARGET_ID, range: { last: '15m' } } as const;

async function openWatching(
  redisPort: number,
  metricsAnnounced: readonly string[] = ['127.0.0.0/8'],
  controlSecret: string | null = null,
) {
  return openWith(testConfig(redisPort, { metricsAnnounced, controlSecret }));
}

async function openWith(config: Config) {
  const server = await openServer(config, testSurroundings);
  onTestFinished(() => server.close());
  const api = apiClient(server.url);
  const get = () => api.resilience.get.query(asked);
  const find = async (name: string) => (await get()).instances.find(({ instance }) => instance === name);
  return { server, api, get, find, states: async () => statesOf((await get()).instances) };
}

function statesOf(
  instances: readonly {
    readonly instance: string | null;
    readonly breakers: readonly { readonly state: string | null }[];
  }[],
): Record<string, string | null | undefined> {
  return Object.fromEntries(instances.map(({ instance, breakers }) => [instance, breakers[0]?.state]));
}

test('with Redis gone, breakers that open are on the page within 5 s, read over HTTP and said so', async () => {
  await using redis = await startRedis();
  const [first, second] = [
    await startInstance({ redisPort: redis.port, name: 'shop-1' }),
    await startInstance({ redisPort: redis.port, name: 'shop-2' }),
  ];
  await Promise.all([first.ask(), second.ask()]);
  const { get, find, states } = await openWatching(redis.port);
  await waitUntil('both are read over HTTP', async () => {
    const { instances } = await get();
    return instances.length === 2 && instances.every(({ way }) => way === 'http');
  });
  expect(await states()).toEqual({ 'shop-1': 'closed', 'shop-2': 'closed' });

  await redis.kill();
  await waitUntil('Cachescope notices', async () => (await get()).connection.state === 'unreachable');
  const openedAtMs = Date.now();
  while (first.state() !== 'open') await first.ask();
  await waitUntil('it is on the page', async () => (await states())['shop-1'] === 'open', 5_000);
  expect(Date.now() - openedAtMs).toBeLessThan(6_000);
  const shown = await find('shop-1');
  expect(shown).toMatchObject({ way: 'http', address: first.metricsUrl, silentSinceMs: null });
  expect(shown?.breakers).toMatchObject([
    { source: 'library', thresholds: { failureRatio: 0.5, slowCallRatio: 0.5, minimumCallCount: 20 } },
  ]);
  expect((await find('shop-2'))?.breakers).toMatchObject([{ state: 'closed' }]);
  await waitUntil(
    'it says that the lists in Redis cannot be read',
    async () => (await get()).announcements.state === 'failing',
  );

  const [transition] = shown?.breakers[0]?.transitions ?? [];
  expect(transition).toMatchObject({ to: 'open', reason: 'consecutiveFailures', count: 1 });
  await waitUntil('every chart has a mark of it', async () =>
    (await get()).marks.some(
      ({ kind, text }) => kind === 'breaker' && text.startsWith('shop: 1 of 2 breakers opened'),
    ),
  );
  const strip = (await get()).strips.find(({ instance }) => instance === 'shop-1');
  expect(strip?.cells.trimStart()).toMatch(/^C+O+$/);
}, 60_000);

test('a server that is started while Redis is gone reads the instances that the one before it knew', async () => {
  await using redis = await startRedis();
  const shop = await startInstance({ redisPort: redis.port, name: 'shop-1' });
  await shop.ask();
  const config = testConfig(redis.port, { metricsAnnounced: ['127.0.0.0/8'] });
  const before = await openWith(config);
  await waitUntil('it is read over HTTP', async () => (await before.find('shop-1'))?.way === 'http');
  await before.server.close();
  await redis.kill();
  while (shop.state() !== 'open') await shop.ask();

  const { find, get } = await openWith(config);
  await waitUntil('it is on the page', async () => (await find('shop-1')) !== undefined, 20_000);
  expect(await find('shop-1')).toMatchObject({
    ...{ service: 'shop', way: 'http', address: shop.metricsUrl, silentSinceMs: null },
    breakers: [{ state: 'open' }],
  });
  expect((await get()).announcements.lastOkAtMs).toBeNull();
}, 60_000);

test('without an address that may be read, an instance is read in Redis, and silent when Redis is gone', async () => {
  await using redis = await startRedis();
  const hidden = await startInstance({ redisPort: redis.port, name: 'hidden', hasPage: false });
  const outside = await startInstance({ redisPort: redis.port, name: 'outside' });
  await Promise.all([hidden.ask(), outside.ask()]);
  const { get, find } = await openWatching(redis.port, ['10.0.0.0/8']);
  await waitUntil('both are read', async () => (await get()).instances.length === 2);
  expect((await get()).instances.map(({ way, address }) => [way, address])).toEqual([
    ['redis', null],
    ['redis', null],
  ]);
  expect((await find('hidden'))?.figures).toMatchObject({ l1: null, loadsActiveCount: 0 });
  await redis.kill();
  await waitUntil(
    'nothing claims to be fresh',
    async () => (await find('hidden'))?.silentSinceMs !== null,
    30_000,
  );
  const silent = await find('hidden');
  expect(silent?.silentSinceMs).toBe(silent?.readAtMs);
  expect(silent?.breakers).toMatchObject([{ state: 'closed' }]);
}, 60_000);

test('without a page, but with a port for commands, an instance is asked over HTTP when Redis is gone', async () => {
  await using redis = await startRedis();
  const [asked, mistrusting] = [
    await startInstance({
      ...{ redisPort: redis.port, name: 'asked', hasPage: false, controlSecret: 'ours' },
    }),
    await startInstance({
      ...{ redisPort: redis.port, name: 'mistrusting', hasPage: false, controlSecret: 'theirs' },
    }),
  ];
  await Promise.all([asked.ask(), mistrusting.ask()]);
  const { get, find } = await openWatching(redis.port, ['127.0.0.0/8'], 'ours');
  await waitUntil('both are read in Redis', async () => {
    const { instances } = await get();
    return instances.length === 2 && instances.every(({ way }) => way === 'redis');
  });
  await redis.kill();
  while (asked.state() !== 'open') await asked.ask();
  await waitUntil(
    'its breaker is on the page',
    async () => (await find('asked'))?.breakers[0]?.state === 'open',
    15_000,
  );
  expect(await find('asked')).toMatchObject({
    ...{ way: 'command', silentSinceMs: null, address: expect.stringMatching(/^http:.*control$/) },
    breakers: [{ source: 'library', transitions: [{ to: 'open', reason: 'consecutiveFailures' }] }],
  });
  await waitUntil(
    'the other is silent',
    async () => (await find('mistrusting'))?.silentSinceMs !== null,
    30_000,
  );
  expect((await find('mistrusting'))?.whySilent).toContain('its secret is another');
}, 90_000);

test('who leaves is gone within a minute, who is cut off is silent, who loses Redis alone goes on telling of its breaker', async () => {
  await using redis = await startRedis();
  const start = (name: string) => startInstance({ redisPort: redis.port, name });
  const [leaver, lost] = [await start('leaver'), await start('lost')];
  const [cut, other] = [await start('cut'), await start('other')];
  await Promise.all([leaver, lost, cut, other].map((instance) => instance.ask()));
  const { get, find } = await openWatching(redis.port);
  await waitUntil('all are read over HTTP', async () => {
    const { instances } = await get();
    return instances.length === 4 && instances.every(({ way }) => way === 'http');
  });
  await leaver.end();
  await lost.silence();
  cut.line.cut();
  const cutAtMs = Date.now();
  while (cut.state() !== 'open') await cut.ask();
  await waitUntil(
    'it is seen to be open long after its last announcement',
    async () => {
      const shown = await find('cut');
      const isOpen = shown?.breakers[0]?.state === 'open' && shown.silentSinceMs === null;
      if (!isOpen && Date.now() - cutAtMs > 15_000) throw new Error('It is lost.');
      return isOpen && Date.now() - cutAtMs > 30_000;
    },
    60_000,
  );
  await waitUntil('the one has left', async () => (await find('leaver')) === undefined, 60_000);
  expect((await find('lost'))?.silentSinceMs).not.toBeNull();
  expect((await find('lost'))?.whySilent).toMatch(/reached|answer/);
  expect((await find('other'))?.silentSinceMs).toBeNull();
  expect((await find('other'))?.breakers).toMatchObject([{ state: 'closed' }]);
}, 120_000);
