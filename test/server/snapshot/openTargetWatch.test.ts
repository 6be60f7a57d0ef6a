import { expect, test, vi } from 'vitest';
import { openServer } from '#server/openServer.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { openViewer } from '#test/support/openViewer.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

const targetId = DEFAULT_TARGET_ID;

test('one outage leaves one mark, and the restart after it another', async () => {
  await using redis = await startRedis();
  const server = await openServer(testConfig(redis.port), testSurroundings);
  try {
    const api = apiClient(server.url);
    const state = async () => (await api.status.get.query({ targetId })).connection.state;
    await vi.waitFor(async () => expect(await state()).toBe('connected'), 5_000);
    await redis.kill();
    await vi.waitFor(async () => expect(await state()).toBe('unreachable'), 5_000);
    // Several attempts to connect fail before it is back.
    const detail = async () => (await api.status.get.query({ targetId })).connection.detail;
    await vi.waitFor(async () => expect(await detail()).toMatch(/ECONNREFUSED/), 5_000);
    await redis.restart();
    await vi.waitFor(async () => expect(await state()).toBe('connected'), 10_000);
    await vi.waitFor(async () => {
      const { marks } = await api.overview.get.query({ targetId, range: { last: '15m' }, compare: 'none' });
      expect(marks.map(({ kind }) => kind)).toEqual(['outage', 'restart']);
    }, 12_000);
  } finally {
    await server.close();
  }
});

test('a viewer makes INFO be read every two seconds', async () => {
  await using redis = await startRedis();
  const server = await openServer(testConfig(redis.port), testSurroundings);
  try {
    const api = apiClient(server.url);
    const readAt = async () => (await api.status.get.query({ targetId })).connection.lastReadAtMs ?? 0;
    await vi.waitFor(async () => expect(await readAt()).toBeGreaterThan(0), 5_000);
    const viewer = await openViewer(server.url);
    const readings = new Set<number>();
    await vi.waitFor(
      async () => {
        readings.add(await readAt());
        expect(readings.size).toBeGreaterThanOrEqual(4);
      },
      { timeout: 9_000, interval: 100 },
    );
    viewer.close();
  } finally {
    await server.close();
  }
});
