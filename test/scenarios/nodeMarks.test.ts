import { expect, test } from 'vitest';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { openViewer } from '#test/support/openViewer.ts';
import { openNodeClient } from '#test/support/redis/openNodeClient.ts';
import { startSentinel } from '#test/support/redis/startSentinel.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { startCachescope, type TestCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

const WITHIN_MS = 60_000;

/** What every page puts on its charts. */
async function marksOf({ url }: TestCachescope): Promise<readonly string[]> {
  const api = apiClient(url);
  const input = { targetId: DEFAULT_TARGET_ID, range: { last: '15m' } } as const;
  const pages = await Promise.all([
    api.overview.get.query({ ...input, compare: 'none' }),
    api.resilience.get.query(input),
    api.invalidation.get.query({ ...input, service: null }),
  ]);
  const [overview = [], ...others] = pages.map(({ marks }) =>
    marks.map(({ kind, text }) => `${kind}: ${text}`),
  );
  for (const other of others) expect(other).toEqual(overview);
  return overview;
}

async function untilMarked(server: TestCachescope, text: RegExp): Promise<void> {
  let marks: readonly string[] = [];
  await waitUntil(
    `a mark ${text}`,
    async () => {
      marks = await marksOf(server);
      return marks.some((mark) => text.test(mark));
    },
    WITHIN_MS,
  ).catch((error: unknown) => {
    throw new Error(`There is ${JSON.stringify(marks)}.`, { cause: error });
  });
}

async function fill(client: { call: (...args: string[]) => Promise<unknown> }): Promise<void> {
  await client.call('DEBUG', 'POPULATE', '500', 'app');
}

const untilRead = ({ url }: TestCachescope, keys: number) =>
  waitUntil(
    `${keys} keys are read`,
    async () => {
      const { nodes } = await apiClient(url).status.get.query({ targetId: DEFAULT_TARGET_ID });
      const [facts] = nodes.map((node) => node.facts);
      return facts?.state === 'known' && facts.value.keyCount === keys;
    },
    WITHIN_MS,
  );

test('an emptied Redis and one that restarted are told apart on every chart', async () => {
  await using redis = await startRedis(['--enable-debug-command', 'yes']);
  await fill(redis.client);
  await using server = await startCachescope({ redisUrl: redis.url });
  using _ = await viewerOf(server);
  await untilRead(server, 500);
  await redis.client.flushall();
  await untilMarked(server, /^emptied: Redis was emptied by FLUSHALL; 500 keys before, 0 after$/);
  // The mark stands a moment before the snapshot that tells the new count.
  await untilRead(server, 0);
  await fill(redis.client);
  await untilRead(server, 500);
  await redis.kill();
  await redis.restart();
  await untilMarked(server, /^restart: Redis restarted; 500 keys before, 0 after$/);
  expect((await marksOf(server)).filter((mark) => mark.startsWith('emptied'))).toHaveLength(1);
}, 180_000);

test('a failover is no restart: it says which node is master now', async () => {
  await using sentinel = await startSentinel();
  const port = await sentinel.primaryPort();
  const client = await openNodeClient(port);
  await client.set('app:key', 'value');
  await using server = await startCachescope({ redisUrl: `redis://127.0.0.1:${port}` });
  using _ = await viewerOf(server);
  await untilRead(server, 1);
  await sentinel.failOver();
  client.disconnect();
  await untilMarked(
    server,
    /^failover: Failover: 127\.0\.0\.1:\d+ became master; this node is its replica now$/,
  );
  await sentinel.failOver();
  await untilMarked(server, /^failover: Failover: this node became master; before it was 127\.0\.0\.1:\d+$/);
  expect((await marksOf(server)).filter((mark) => /^(restart|emptied)/.test(mark))).toEqual([]);
}, 180_000);

/** INFO is read every 2 s while somebody looks. */
async function viewerOf({ url }: TestCachescope): Promise<Disposable> {
  const viewer = await openViewer(url);
  return { [Symbol.dispose]: () => viewer.close() };
}
