import { expect, test } from 'vitest';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { startBreaker } from '#test/support/exporters/startBreaker.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { startInstance } from '#test/support/services/startInstance.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

test('breakers of real opossum and cockatiel, and of metrics as resilience4j has them, change beside ours', async () => {
  await using redis = await startRedis();
  const [opossum, cockatiel, resilience4j] = [
    await startBreaker('opossum'),
    await startBreaker('cockatiel'),
    await startBreaker('resilience4j'),
  ];
  const programs = [opossum, cockatiel, resilience4j];
  const ours = await startInstance({ redisPort: redis.port, name: 'shop-1' });
  await ours.ask();
  await using server = await startCachescope({
    redisUrl: redis.url,
    args: programs.flatMap(({ url }) => ['--metrics', url]),
  });
  const api = apiClient(server.url);
  const get = () => api.resilience.get.query({ targetId: DEFAULT_TARGET_ID, range: { last: '15m' } });
  const read = async () => {
    const { instances } = await get();
    return instances.flatMap(({ breakers }) => breakers);
  };
  const states = async () =>
    Object.fromEntries((await read()).map(({ source, name, state }) => [`${source} ${name}`, state]));
  const all = (state: string) => ({
    'library shop': state,
    'opossum mail': state,
    'cockatiel search': state,
    'resilience4j stock': state,
  });
  const waitForAll = (state: string) =>
    waitUntil(
      `all are ${state}`,
      async () =>
        JSON.stringify(Object.entries(await states()).sort()) ===
        JSON.stringify(Object.entries(all(state)).sort()),
      30_000,
    );

  // Calls that go well change nothing.
  for (const program of programs) expect(await program.call(3, 'no')).toBe(3);
  await waitForAll('closed');
  for (const program of programs) expect(await program.call(8, 'yes')).toBe(0);
  ours.line.cut();
  while (ours.state() !== 'open') await ours.ask();
  await waitForAll('open');
  const opened = await read();
  for (const breaker of opened) {
    expect(breaker.transitions[0], `${breaker.source}`).toMatchObject({ to: 'open', count: 1 });
    expect(breaker.awaySinceMs).not.toBeNull();
  }
  expect(opened.find(({ source }) => source === 'resilience4j')).toMatchObject({ failureRatio: 1 });

  for (const program of programs) {
    await waitUntil('it lets calls through again', async () => (await program.call(1, 'no')) === 1);
  }
  await waitUntil(
    'they have closed',
    async () => {
      const { 'library shop': own, ...others } = await states();
      return own === 'open' && Object.values(others).every((state) => state === 'closed');
    },
    30_000,
  );
  for (const breaker of await read()) {
    if (breaker.source === 'library') continue;
    expect(breaker.transitions.map(({ to }) => to).slice(0, 2), breaker.source).toEqual(['closed', 'open']);
  }
  const { strips } = await get();
  expect(new Set(strips.map(({ source }) => source))).toEqual(
    new Set(['library', 'opossum', 'cockatiel', 'resilience4j']),
  );
  // Their pages do not say which service they are of.
  await waitUntil('charts have marks of them', async () => {
    const texts = (await get()).marks.map(({ text }) => text);
    return texts.some((text) => /^A service without a name: . of 3 breakers opened/.test(text));
  });
}, 120_000);
