import { expect, test } from 'vitest';
import { systemClock } from '#server/clock/clock.ts';
import { type WalkRequest, walkedRatio, walkKeys } from '#server/sources/keys/walkKeys.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

const NO_LIMITS = { serverMs: 10_000, elapsedMs: 60_000, nameCount: 1_000_000 };

async function store({ client }: TestRedis, names: readonly (string | Buffer)[]): Promise<void> {
  for (let from = 0; from < names.length; from += 10_000) {
    const batch = client.pipeline();
    for (const name of names.slice(from, from + 10_000)) batch.set(name, 'x');
    await batch.exec();
  }
}

/** Walks until the end, as one who always goes on; the shares tell how far each call came. */
async function walkAll(redis: TestRedis, more: Partial<WalkRequest>) {
  const connection = openTestConnection(redis, 'monitor');
  const names = new Set<string>();
  const ratios: number[] = [];
  let cursor: string | null = '0';
  while (cursor !== null) {
    const walk = await walkKeys({
      ...{ connection, cursor, limits: NO_LIMITS, clock: { ...systemClock(), pause: async () => {} } },
      ...{ glob: Buffer.from('*'), accepts: () => true, signal: new AbortController().signal },
      ...more,
    });
    for (const name of walk.names) names.add(name.toString('latin1'));
    cursor = walk.cursor;
    ratios.push(walkedRatio(cursor));
  }
  connection.close();
  return { names, ratios };
}

test('of 100,000 keys every match is found over several calls, and the share that was looked at is told', async () => {
  await using redis = await startRedis();
  const names = Array.from({ length: 100_000 }, (_, at) => `${at % 50 === 0 ? 'user' : 'product'}:${at}`);
  await store(redis, names);
  const { names: found, ratios } = await walkAll(redis, {
    glob: Buffer.from('user:*'),
    limits: { ...NO_LIMITS, nameCount: 200 },
  });
  expect(found).toEqual(new Set(names.filter((name) => name.startsWith('user:'))));
  expect(ratios.length).toBeGreaterThan(5);
  // 200 of 2,000 matches are a tenth of the keys, and each call adds as much; a step more may come with them.
  expect(ratios[0]).toBeGreaterThan(0.08);
  expect(ratios[0]).toBeLessThan(0.14);
  expect(ratios).toEqual(ratios.toSorted((left, right) => left - right));
  expect(ratios.at(-1)).toBe(1);
}, 60_000);

test('a call ends at the time of the server that it may take', async () => {
  await using redis = await startRedis();
  await store(
    redis,
    Array.from({ length: 20_000 }, (_, at) => `k:${at}`),
  );
  const connection = openTestConnection(redis, 'monitor');
  const walk = await walkKeys({
    ...{ connection, cursor: '0', clock: systemClock(), signal: new AbortController().signal },
    ...{ glob: Buffer.from('nothing'), accepts: () => true, limits: { ...NO_LIMITS, serverMs: 5 } },
  });
  connection.close();
  expect(walk.names).toEqual([]);
  expect(walk.serverMs).toBeGreaterThan(5);
  expect(walk.serverMs).toBeLessThan(6);
  expect(walkedRatio(walk.cursor)).toBeGreaterThan(0.2);
  expect(walkedRatio(walk.cursor)).toBeLessThan(0.3);
});

test('globs with special characters match what they say and nothing else, bytes included', async () => {
  await using redis = await startRedis();
  const keys = ['a*b', 'axb', 'a[1]', 'a1', 'q?', 'qx', 'back\\slash', 'nl\r\nFLUSHALL', 'ÿ'];
  const binary = Buffer.from([0x61, 0xff, 0xfe, 0x62]);
  await store(redis, [...keys, binary]);
  const matches = async (glob: string | Buffer) => [
    ...(await walkAll(redis, { glob: Buffer.from(glob) })).names,
  ];
  expect(await matches('a\\*b')).toEqual(['a*b']);
  expect(await matches('a\\[1\\]')).toEqual(['a[1]']);
  expect(await matches('q\\?')).toEqual(['q?']);
  expect(await matches('back\\\\slash')).toEqual(['back\\slash']);
  expect(await matches('nl\r\n*')).toEqual(['nl\r\nFLUSHALL']);
  expect(await matches(binary)).toEqual([binary.toString('latin1')]);
  expect(await redis.client.dbsize()).toBe(10);
});

test('names of half a megabyte are asked for in steps of few keys', async () => {
  await using redis = await startRedis();
  await store(
    redis,
    Array.from({ length: 60 }, (_, at) => `${at}:${'x'.repeat(512 * 1_024)}`),
  );
  const { names } = await walkAll(redis, { limits: { ...NO_LIMITS, nameCount: 5 } });
  expect(names.size).toBe(60);
});

test('walkedRatio is the place of a cursor in a table of any size', () => {
  expect([null, '0', '1', '2', '3', '4'].map(walkedRatio)).toEqual([1, 0, 0.5, 0.25, 0.75, 0.125]);
});
