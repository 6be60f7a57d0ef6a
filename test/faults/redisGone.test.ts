import { expect, test, vi } from 'vitest';
import { openServer } from '#server/openServer.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { openViewer } from '#test/support/openViewer.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

const target = { targetId: DEFAULT_TARGET_ID };

/** The page must say that Redis is gone within 5 s, and show it again within 10 s of its return. */
const NOTICED_MS = 5_000;
const RECOVERED_MS = 10_000;

test('Redis killed: the API says so, keeps the last data with its age, and recovers alone', async () => {
  await using redis = await startRedis();
  await redis.client.set('product:1', 'x', 'EX', 600);
  const server = await openServer(testConfig(redis.port), testSurroundings);
  try {
    const api = apiClient(server.url);
    await vi.waitFor(
      async () => expect((await api.status.get.query(target)).connection.state).toBe('connected'),
      5_000,
    );
    const before = await api.status.get.query(target);

    await redis.kill();
    await vi.waitFor(
      async () => expect((await api.status.get.query(target)).connection.state).toBe('unreachable'),
      NOTICED_MS,
    );
    const gone = await api.status.get.query(target);
    expect(gone.connection.detail).not.toBe('');
    expect(gone.connection.lastReadAtMs).toBeGreaterThanOrEqual(before.connection.lastReadAtMs ?? 0);
    expect(gone.nodes[0]?.facts.state).toBe('known');
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);

    await redis.restart();
    await vi.waitFor(
      async () => expect((await api.status.get.query(target)).connection.state).toBe('connected'),
      RECOVERED_MS,
    );
  } finally {
    await server.close();
  }
});

test('Redis that hangs is unreachable, not connected, and comes back without a restart of ours', async () => {
  await using redis = await startRedis();
  const server = await openServer(testConfig(redis.port), testSurroundings);
  try {
    const api = apiClient(server.url);
    // A page that is open makes the server look every two seconds.
    await vi.waitFor(
      async () => expect((await api.status.get.query(target)).connection.state).toBe('connected'),
      5_000,
    );
    const viewer = await openViewer(server.url);
    redis.hang();
    await vi.waitFor(
      async () => expect((await api.status.get.query(target)).connection.state).toBe('unreachable'),
      NOTICED_MS,
    );
    redis.resume();
    await vi.waitFor(
      async () => expect((await api.status.get.query(target)).connection.state).toBe('connected'),
      RECOVERED_MS,
    );
    viewer.close();
  } finally {
    await server.close();
  }
});
