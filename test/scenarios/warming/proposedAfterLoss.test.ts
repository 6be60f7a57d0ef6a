import { expect, onTestFinished, test } from 'vitest';
import { openServer } from '#server/openServer.ts';
import { HOOK_WARMER } from '#shared/acting/warmHook.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { openViewer } from '#test/support/openViewer.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

const KEY_COUNT = 500;
const WITHIN_MS = 60_000;

/** A Redis full of keys of a service that is warmed through a hook, read every 2 s as somebody looks at the page. */
async function open() {
  const redis = await startRedis(['--enable-debug-command', 'yes']);
  onTestFinished(() => redis[Symbol.asyncDispose]());
  await redis.client.call('DEBUG', 'POPULATE', String(KEY_COUNT), 'shop');
  const hook = { prefix: 'shop:', url: 'http://127.0.0.1:9/warm', secret: null, secretFile: null };
  const server = await openServer(testConfig(redis.port, { warmHooks: [hook] }), testSurroundings);
  onTestFinished(() => server.close());
  const viewer = await openViewer(server.url);
  onTestFinished(() => viewer.close());
  const api = apiClient(server.url);
  const input = { targetId: DEFAULT_TARGET_ID };
  const overview = () => api.overview.get.query({ ...input, range: { last: '15m' }, compare: 'none' });
  const untilMarked = (kind: string) =>
    waitUntil(
      `a mark of ${kind}`,
      async () => (await overview()).marks.some((mark) => mark.kind === kind),
      WITHIN_MS,
    );
  const proposals = async () => (await api.warming.get.query(input)).proposals;
  /** The history has a count of keys in each of so many steps of 10 s. */
  const untilCounted = (stepCount: number) =>
    waitUntil(
      `${stepCount} steps are counted`,
      async () => {
        const [node] = (await api.nodes.get.query({ ...input, range: { last: '15m' } })).nodes;
        return (node?.series.keyCount.values.filter((value) => value !== null) ?? []).length >= stepCount;
      },
      WITHIN_MS,
    );
  return { redis, untilMarked, untilCounted, proposals };
}

test('a loss is followed by a proposal, also for a service that is warmed through a hook; a restart that keeps the keys is not', async () => {
  const { redis, untilMarked, untilCounted, proposals } = await open();
  await untilCounted(2);
  await redis.client.save();
  await redis.kill();
  await redis.restart();
  expect(await redis.client.dbsize()).toBe(KEY_COUNT);
  await untilMarked('restart');
  await waitUntil('the keys are counted again', async () => (await proposals()).length === 0, WITHIN_MS);
  await redis.client.flushall();
  await untilMarked('emptied');
  expect(await proposals()).toMatchObject([
    { service: 'shop', prefix: 'shop:', warmers: [HOOK_WARMER], cause: 'emptied', perSecond: 20 },
  ]);
}, 180_000);
