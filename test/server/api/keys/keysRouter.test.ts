import { expect, onTestFinished, test, vi } from 'vitest';
import type { Config } from '#server/config/config.ts';
import { openServer } from '#server/openServer.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

const targetId = DEFAULT_TARGET_ID;

async function serve(redis: TestRedis, overrides: Partial<Config> = {}) {
  const server = await openServer(testConfig(redis.port, overrides), testSurroundings);
  onTestFinished(() => server.close());
  return apiClient(server.url);
}

test('a key is inspected by the id that the search gave it, and no id of another server leads anywhere', async () => {
  await using redis = await startRedis();
  await redis.client.set('user:1', '{"id":1}');
  const api = await serve(redis);
  const found = await api.keys.find.query({ targetId, search: { kind: 'glob', text: 'user:*' } });
  const id = found.keys[0]?.id ?? '';
  expect(id).not.toContain('user');
  const key = await api.keys.inspect.query({ targetId, name: { id } });
  expect(key).toMatchObject({ id, text: 'user:1', state: 'there', valueAccess: 'switchedOff' });
  await expect(api.keys.inspect.query({ targetId, name: { id: 'unknown' } })).rejects.toMatchObject({
    data: { appCode: 'notFound' },
  });
});

test('values are refused unless the server was started to show them, and then nothing is recorded', async () => {
  await using redis = await startRedis();
  await redis.client.set('user:1', 'x');
  const api = await serve(redis);
  await expect(api.keys.readValue.query({ targetId, name: { key: 'user:1' } })).rejects.toMatchObject({
    data: { appCode: 'notAllowed' },
    message: expect.stringContaining('--values'),
  });
  expect((await api.audit.list.query({ targetId, limit: 10 })).entries).toEqual([]);
});

test('a value is redacted by the rules of the configuration too, and recorded before it is read', async () => {
  await using redis = await startRedis();
  await redis.client.set('user:1', '{"id":1,"password":"geheim","internalNote":"geheim"}');
  const api = await serve(redis, { areValuesShown: true, hiddenNames: [/^internal/iu] });
  const value = await api.keys.readValue.query({ targetId, name: { key: 'user:1' } });
  expect(value).toMatchObject({ type: 'string', redactedCount: 2 });
  expect(JSON.stringify(value)).not.toContain('geheim');
  const { entries } = await api.audit.list.query({ targetId, limit: 10 });
  expect(entries).toMatchObject([
    { action: 'readValue', actor: 'local', subject: 'user:1', environment: 'test' },
  ]);
  expect(JSON.stringify(entries)).not.toContain('geheim');
  // Also of a key that is not there: who looks for what is told as well.
  await expect(api.keys.readValue.query({ targetId, name: { key: 'gone' } })).rejects.toMatchObject({
    data: { appCode: 'notFound' },
  });
  expect((await api.audit.list.query({ targetId, limit: 10 })).entries).toHaveLength(2);
});

test('a comparison is recorded before it is asked for and with its end, and refused by a server that only reads', async () => {
  await using redis = await startRedis();
  await redis.client.set('user:1', 'x');
  const api = await serve(redis);
  const compared = await api.keys.compare.query({ targetId, name: { key: 'user:1' } });
  expect(compared).toMatchObject({ state: 'refused', answeredBy: null });
  const { entries } = await api.audit.list.query({ targetId, limit: 10 });
  expect(entries.map(({ action, phase, subject }) => [action, phase, subject])).toEqual([
    ['compare', 'ended', 'user:1'],
    ['compare', 'started', 'user:1'],
  ]);
  const reading = await serve(redis, { isReadOnly: true });
  await expect(reading.keys.compare.query({ targetId, name: { key: 'user:1' } })).rejects.toMatchObject({
    data: { appCode: 'readOnly' },
  });
});

test('our looks at keys do not move the hit rate that the page shows', async () => {
  await using redis = await startRedis();
  const batch = redis.client.pipeline();
  for (let id = 0; id < 150; id += 1) batch.set(`user:${id}`, 'x');
  await batch.exec();
  const api = await serve(redis, { areValuesShown: true });
  const found = await api.keys.find.query({ targetId, search: { kind: 'glob', text: 'user:*' } });
  for (const { id } of found.keys.slice(0, 20)) {
    await api.keys.inspect.query({ targetId, name: { id } });
    await api.keys.readValue.query({ targetId, name: { id } });
  }
  const [node] = await vi.waitFor(
    async () => {
      const { nodes } = await api.status.get.query({ targetId });
      expect(nodes[0]?.lookups.state).toBe('known');
      expect(nodes[0]?.ownLookupsPerSecond ?? 0).toBeGreaterThan(1);
      return nodes;
    },
    { timeout: 25_000, interval: 500 },
  );
  const counted = node?.lookups.state === 'known' ? node.lookups.value : { hits: 0, misses: 0 };
  expect(counted).toMatchObject({ hits: 0, misses: 0 });
});
