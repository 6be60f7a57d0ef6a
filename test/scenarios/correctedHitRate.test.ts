import { expect, test, vi } from 'vitest';
import { openServer } from '#server/openServer.ts';
import { hitRatio } from '#shared/lookups.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { openViewer } from '#test/support/openViewer.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

const target = { targetId: DEFAULT_TARGET_ID };

/** More than one round samples, so that sampling goes on at its full pace while we look. */
const KEY_COUNT = 30_000;

async function fill(redis: TestRedis): Promise<void> {
  for (let start = 0; start < KEY_COUNT; start += 5_000) {
    const batch = redis.client.pipeline();
    for (let id = start; id < start + 5_000; id += 1) batch.set(`product:${id}`, 'x', 'EX', 3_600);
    await batch.exec();
  }
}

/** 200 GETs a second, every second one a hit, until stopped. */
function startTraffic(redis: TestRedis): () => void {
  let id = 0;
  const timer = setInterval(() => {
    const batch = redis.client.pipeline();
    for (let count = 0; count < 10; count += 1) {
      id += 1;
      batch.get(id % 2 === 0 ? `product:${id % KEY_COUNT}` : `absent:${id}`);
    }
    void batch.exec();
  }, 50);
  return () => clearInterval(timer);
}

test('sampling 1,000 keys a second moves the displayed hit rate of 50 % by less than 0.1 points', async () => {
  await using redis = await startRedis();
  await fill(redis);
  const stopTraffic = startTraffic(redis);
  const server = await openServer(testConfig(redis.port), testSurroundings);
  const viewer = await openViewer(server.url);
  try {
    const api = apiClient(server.url);
    const seen: number[] = [];
    await vi.waitFor(
      async () => {
        const status = await api.status.get.query(target);
        const ratio = status.lookups.state === 'known' ? hitRatio(status.lookups.value) : null;
        if (ratio !== null) seen.push(ratio);
        const sampledCount = status.sample.state === 'known' ? status.sample.value.sampledCount : 0;
        expect(sampledCount).toBeGreaterThanOrEqual(9_000);
        expect(status.nodes[0]?.ownLookupsPerSecond).toBeGreaterThan(500);
      },
      { timeout: 25_000, interval: 250 },
    );
    expect(seen.length).toBeGreaterThan(10);
    for (const ratio of seen) expect(Math.abs(ratio - 0.5)).toBeLessThan(0.001);
  } finally {
    viewer.close();
    stopTraffic();
    await server.close();
  }
}, 40_000);

test('without traffic the hit rate is unknown, however much we look ourselves', async () => {
  await using redis = await startRedis();
  await fill(redis);
  const server = await openServer(testConfig(redis.port), testSurroundings);
  const viewer = await openViewer(server.url);
  try {
    const api = apiClient(server.url);
    await vi.waitFor(
      async () => {
        const status = await api.status.get.query(target);
        expect(status.nodes[0]?.ownLookupsPerSecond).toBeGreaterThan(500);
        expect(status.lookups).toMatchObject({ state: 'known', value: { hits: 0, misses: 0 } });
      },
      { timeout: 20_000, interval: 250 },
    );
    const status = await api.status.get.query(target);
    expect(status.lookups.state === 'known' && hitRatio(status.lookups.value)).toBeNull();
  } finally {
    viewer.close();
    await server.close();
  }
}, 40_000);
