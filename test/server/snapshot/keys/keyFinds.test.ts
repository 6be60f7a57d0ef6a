import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#server/clock/clock.ts';
import { openLookupLedger } from '#server/redis/lookupLedger.ts';
import { openRedis } from '#server/redis/openRedis.ts';
import { KeyFinds } from '#server/snapshot/keys/keyFinds.ts';
import { openKeyIds } from '#server/snapshot/keys/keyIds.ts';
import { createPatternLearner } from '#shared/keyPattern/patternLearner.ts';
import type { FoundKeys } from '#shared/keys/foundKeys.ts';
import type { KeySearch } from '#shared/keys/keySearch.ts';
import { keyspaceCounts } from '#test/support/redis/keyspaceCounts.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

function openFinds(redis: TestRedis, user: { username: string; password: string } | null = null) {
  const ledger = openLookupLedger();
  const clock = systemClock();
  const ids = openKeyIds();
  const learner = createPatternLearner();
  const connection = openRedis({
    settings: {
      ...{ host: '127.0.0.1', port: redis.port, database: 0, tls: null },
      ...(user ?? { username: null, password: null }),
    },
    ...{ role: 'monitor', ledger, nowMs: clock.nowMs, random: Math.random },
  });
  const finds = new KeyFinds({ connection, learner, isKnownPattern: () => false, ids, clock });
  onTestFinished(() => {
    finds.close();
    connection.close();
  });
  return { finds, ids, ledger, connection };
}

async function findAll(finds: KeyFinds, search: KeySearch): Promise<readonly FoundKeys[]> {
  const pages: FoundKeys[] = [];
  let cursor: string | null = null;
  do {
    const page: FoundKeys = await finds.find({ search, cursor });
    pages.push(page);
    cursor = page.walk?.cursor ?? null;
  } while (cursor !== null);
  return pages;
}

const names = (pages: readonly FoundKeys[]) =>
  pages.flatMap(({ keys }) => keys.map(({ text }) => text)).sort();
const glob = (text: string): KeySearch => ({ kind: 'glob', text });

async function store({ client }: TestRedis, keys: readonly (string | Buffer)[]): Promise<void> {
  const batch = client.pipeline();
  for (const key of keys) batch.set(key, 'x', 'EX', 600);
  await batch.exec();
}

test('a pattern is found with the facts of each key, and each of our look-ups is in the ledger', async () => {
  await using redis = await startRedis();
  const wanted = Array.from({ length: 300 }, (_, id) => `product:${id}`);
  await store(redis, [...wanted, ...wanted.map((name) => `${name}:price`), 'product:news:x']);
  const { finds, ledger } = openFinds(redis);
  const before = await keyspaceCounts(redis);
  const pages = await findAll(finds, { kind: 'pattern', text: 'product:{id}' });
  const after = await keyspaceCounts(redis);
  expect(names(pages)).toEqual(wanted.toSorted());
  expect(pages.length).toBeGreaterThan(1);
  expect(pages[0]?.walk).toMatchObject({ glob: 'product:*', keyCount: 601 });
  expect(pages.at(-1)?.walk).toMatchObject({ cursor: null, walkedRatio: 1, remainingMs: 0 });
  expect(pages[0]?.keys[0]).toMatchObject({
    pattern: 'product:{id}',
    type: 'string',
    bytes: expect.any(Number),
  });
  const { hits, misses } = ledger.counts();
  expect({ hits, misses }).toEqual({ hits: after.hits - before.hits, misses: after.misses - before.misses });
  expect(hits).toBe(600);
});

test('a whole key is found without a walk; its bytes are those that were typed', async () => {
  await using redis = await startRedis();
  const key = Buffer.from([0x61, 0xff, 0x2a]);
  await store(redis, [key]);
  const { finds, ids } = openFinds(redis);
  const found = await finds.find({ search: { kind: 'exact', text: 'a\\xff*' }, cursor: null });
  expect(found).toMatchObject({ walk: null, keys: [{ text: 'a\\xff*', nameBytes: 3, isCut: false }] });
  expect(ids.keyOf(found.keys[0]?.id ?? '')).toEqual(key);
  const missing = await finds.find({ search: { kind: 'exact', text: 'axx' }, cursor: null });
  expect(missing).toMatchObject({ keys: [], goneCount: 1 });
});

test('names outside of the prefix of our Redis user never leave', async () => {
  await using redis = await startRedis();
  await store(redis, ['app:1', 'other:bob@example.com', 'app:2']);
  const rules = [
    'on',
    '>pw',
    '-@all',
    '+client|setname',
    '+scan',
    '+dbsize',
    '%R~app:*',
    '+pttl',
    '+type',
    '+memory|usage',
  ];
  await redis.client.call('ACL', 'SETUSER', 'few', 'reset', ...rules);
  const { finds } = openFinds(redis, { username: 'few', password: 'pw' });
  const pages = await findAll(finds, glob('*'));
  expect(names(pages)).toEqual(['app:1', 'app:2']);
  expect(pages.reduce((sum, { deniedCount }) => sum + deniedCount, 0)).toBe(1);
  expect(JSON.stringify(pages)).not.toContain('bob');
  const exact = await finds.find({ search: { kind: 'exact', text: 'other:bob@example.com' }, cursor: null });
  expect(exact).toMatchObject({ keys: [], deniedCount: 1 });
});

test('the same question by 50 viewers is asked once', async () => {
  await using redis = await startRedis();
  await store(redis, ['a:1', 'a:2']);
  const { finds } = openFinds(redis);
  await redis.client.config('RESETSTAT');
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => finds.find({ search: glob('a:*'), cursor: null })),
  );
  expect(new Set(answers).size).toBe(1);
  expect(await redis.client.info('commandstats')).toMatch(/cmdstat_scan:calls=1,/);
});

test('ten different questions at once are more than are taken, and the refused ones are told so', async () => {
  await using redis = await startRedis();
  const { finds } = openFinds(redis);
  const answers = await Promise.allSettled(
    Array.from({ length: 12 }, (_, at) => finds.find({ search: glob(`${at}*`), cursor: null })),
  );
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(9);
  expect(answers.at(-1)).toMatchObject({ reason: { code: 'busy' } });
});

test('a name of 512 KB is cut, and its id still leads to all of it', async () => {
  await using redis = await startRedis();
  await store(redis, [`long:${'x'.repeat(512 * 1_024)}`]);
  const { finds, ids } = openFinds(redis);
  const [page] = await findAll(finds, glob('long:*'));
  const [key] = page?.keys ?? [];
  expect(key).toMatchObject({ isCut: true, nameBytes: 524_293 });
  expect(key?.text).toHaveLength(1_024);
  expect(ids.keyOf(key?.id ?? '')).toHaveLength(524_293);
});

test('a glob that ends in a backslash is refused, and a Redis that is gone is told', async () => {
  await using redis = await startRedis();
  const { finds } = openFinds(redis);
  await expect(finds.find({ search: glob('a\\'), cursor: null })).rejects.toMatchObject({ code: 'badInput' });
  await finds.find({ search: glob('a*'), cursor: null });
  await redis.kill();
  await expect(finds.find({ search: glob('b*'), cursor: null })).rejects.toMatchObject({
    code: 'redisUnreachable',
  });
});
