import { expect, test } from 'vitest';
import { encodeEntry, NO_OWNER } from '#cache/store/entryFormat.ts';
import { openLookupLedger } from '#server/redis/lookupLedger.ts';
import { openRedis } from '#server/redis/openRedis.ts';
import { deriveLook, type LookInput } from '#server/sources/look/deriveLook.ts';
import { type Look, type LookKey, readLook } from '#server/sources/look/readLook.ts';
import { keyspaceCounts } from '#test/support/redis/keyspaceCounts.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

const key = (text: string, type = 'string'): LookKey => ({ text, key: Buffer.from(text), type });

async function lookAt(
  redis: TestRedis,
  keys: readonly LookKey[],
  more: { policy?: string; username?: string } = {},
) {
  const ledger = openLookupLedger();
  const connection = openRedis({
    settings: {
      ...{ host: '127.0.0.1', port: redis.port, database: 0, tls: null },
      username: more.username ?? null,
      password: more.username === undefined ? null : 'pw',
    },
    ...{ role: 'inspector', ledger, nowMs: Date.now, random: Math.random },
  });
  const before = await keyspaceCounts(redis);
  const look = await readLook({
    connection,
    keys,
    evictionPolicy: more.policy ?? 'allkeys-lru',
    knowsNoTouch: false,
    nowMs: Date.now,
  });
  const after = await keyspaceCounts(redis);
  connection.close();
  const ours = ledger.counts();
  const counted = { hits: after.hits - before.hits, misses: after.misses - before.misses };
  return { look, counted, ours: { hits: ours.hits, misses: ours.misses } };
}

function derived(look: Look, more: Partial<LookInput> = {}) {
  return deriveLook({
    look,
    declaredTtlMs: null,
    touchedAtMs: () => null,
    atMs: Date.now(),
    isPolicyKnown: true,
    ...more,
  });
}

test('formats, shapes and types come from real values, and each look-up of ours is in the ledger', async () => {
  await using redis = await startRedis();
  const { client } = redis;
  await client.set('a:1', '{"id":1,"name":"x"}');
  await client.set('a:2', `{"name":"${'y'.repeat(200)}","id":2}`);
  await client.set('a:3', `{"id":3,"text":"${'z'.repeat(5_000)}"}`);
  await client.set('a:4', '<html>');
  await client.hset('a:5', 'id', '1');
  await client.pfadd('a:6', 'x');
  await client.lpush('a:7', 'now a list');
  const keys = [
    ...['a:1', 'a:2', 'a:3', 'a:4', 'a:6', 'a:7', 'a:gone'].map((name) => key(name)),
    key('a:5', 'hash'),
  ];
  const { look, counted, ours } = await lookAt(redis, keys);

  expect(ours).toEqual(counted);
  expect(look.lookupCount).toBe(counted.hits + counted.misses);
  const { formats, goneCount, isTouching } = derived(look);
  expect(goneCount).toBe(1);
  expect(isTouching).toBe(true);
  expect(formats).toMatchObject({
    state: 'known',
    value: {
      sampledCount: 6,
      shapes: [{ fieldCount: 2, count: 2 }],
      unshapedCount: 1,
    },
  });
  const shares = formats.state === 'known' ? formats.value.shares : [];
  expect(shares.map(({ type, format, count }) => [type, format, count])).toEqual(
    expect.arrayContaining([
      ['string', 'json', 3],
      ['string', 'markup', 1],
      ['string', 'hyperLogLog', 1],
      ['hash', null, 1],
    ]),
  );
  // Nothing of a value is in what leaves the reader.
  expect(JSON.stringify(look)).not.toMatch(/name|yyy|zzz|html/);
});

test('an entry of the library tells its age, its TTL at set, and with its idle time that nobody read it', async () => {
  await using redis = await startRedis();
  const entry = (ageMs: number) => {
    const storedAtMs = Date.now() - ageMs;
    return encodeEntry(
      {
        ...{ isNegative: false, isTagged: false, loadMs: 1, version: 0, owner: NO_OWNER, storedAtMs },
        softExpiryAtMs: storedAtMs + 300_000,
      },
      Buffer.from('{"id":7}'),
    );
  };
  // RESTORE gives a key an idle time, as no clock can be moved in a real Redis.
  await redis.client.set('raw', entry(60_000));
  const dumped = await redis.client.dumpBuffer('raw');
  await redis.client.call('RESTORE', 'e:unread', 540_000, dumped, 'IDLETIME', 60);
  await redis.client.call('RESTORE', 'e:read', 540_000, dumped, 'IDLETIME', 20);
  await redis.client.set('e:young', entry(2_000), 'PX', 598_000);

  const { look } = await lookAt(
    redis,
    ['e:unread', 'e:read', 'e:young'].map((name) => key(name)),
  );
  const { neverRead, ttlAtSet, idle, formats } = derived(look);
  expect(neverRead).toMatchObject({
    state: 'known',
    value: { basis: 'idleTime', neverReadCount: 1, judgedCount: 2, youngCount: 1, unknownAgeCount: 0 },
  });
  expect(formats).toMatchObject({ value: { shares: [{ format: 'json', isLibraryEntry: true, count: 3 }] } });
  expect(idle).toMatchObject({ state: 'known', value: { sampledCount: 3 } });
  expect(ttlAtSet).toMatchObject({ state: 'known', value: { sampledCount: 3, freshP50Ms: 300_000 } });
  if (ttlAtSet.state !== 'known') throw new Error('not known');
  expect(Math.abs(ttlAtSet.value.minMs - 600_000)).toBeLessThan(2_000);
  expect(Math.abs(ttlAtSet.value.maxMs - 600_000)).toBeLessThan(2_000);
});

test('a declared TTL tells the age of any key; without one it is not known who was never read', async () => {
  await using redis = await startRedis();
  await redis.client.set('raw', 'x');
  const dumped = await redis.client.dumpBuffer('raw');
  await redis.client.call('RESTORE', 'd:unread', 500_000, dumped, 'IDLETIME', 100);
  await redis.client.call('RESTORE', 'd:read', 500_000, dumped, 'IDLETIME', 50);
  await redis.client.call('RESTORE', 'd:longer', 700_000, dumped, 'IDLETIME', 50);
  const { look } = await lookAt(
    redis,
    ['d:unread', 'd:read', 'd:longer'].map((name) => key(name)),
  );
  expect(derived(look, { declaredTtlMs: 600_000 }).neverRead).toMatchObject({
    value: { neverReadCount: 1, judgedCount: 2, unknownAgeCount: 1 },
  });
  expect(derived(look).neverRead).toMatchObject({ state: 'unknown', reason: 'notConfigured' });
  expect(derived(look).ttlAtSet).toMatchObject({ state: 'unknown', reason: 'notSupported' });
});

test('under LFU the use counter tells it, and no idle time is known', async () => {
  await using redis = await startRedis(['--maxmemory-policy', 'allkeys-lfu', '--maxmemory', '100mb']);
  const names = Array.from({ length: 30 }, (_, id) => `f:${id}`);
  for (const name of names) await redis.client.set(name, 'x', 'EX', 500);
  for (let read = 0; read < 60; read += 1)
    for (const name of names.slice(0, 10)) await redis.client.get(name);
  const { look, counted, ours } = await lookAt(
    redis,
    names.map((name) => key(name)),
    { policy: 'allkeys-lfu' },
  );
  expect(ours).toEqual(counted);
  const { neverRead, idle } = derived(look, { declaredTtlMs: 600_000 });
  expect(neverRead).toMatchObject({
    state: 'known',
    value: { basis: 'frequency', neverReadCount: 20, judgedCount: 30 },
  });
  expect(idle).toMatchObject({ state: 'unknown', reason: 'notSupported' });
});

test.each([
  ['-object', 'neverRead', '+object|idletime'],
  ['-getrange', 'formats', '+getrange'],
] as const)(
  'a user with %s leaves %s unknown with the word that allows it, and asks once',
  async (rule, part, word) => {
    await using redis = await startRedis();
    await redis.client.call('ACL', 'SETUSER', 'cs', 'on', '>pw', '~a:*', '+@all', rule);
    const names = Array.from({ length: 30 }, (_, id) => `a:${id}`);
    for (const name of names) await redis.client.set(name, '{"id":1}', 'EX', 100);
    const { look, counted, ours } = await lookAt(
      redis,
      names.map((name) => key(name)),
      { username: 'cs' },
    );
    const found = derived(look, { declaredTtlMs: 200_000 });
    expect(found[part]).toMatchObject({ state: 'unknown', reason: 'notPermitted' });
    const reading = found[part];
    expect(reading.state === 'unknown' && reading.detail).toContain(word);
    const other = part === 'formats' ? found.neverRead : found.formats;
    expect(other.state).toBe('known');
    expect(ours).toEqual(counted);
    const log = await redis.client.call('ACL', 'LOG');
    expect(JSON.stringify(log).match(/"count",1,/g)).toHaveLength(1);
  },
);

test('keys outside of what the user may read are counted, and say nothing', async () => {
  await using redis = await startRedis();
  await redis.client.call('ACL', 'SETUSER', 'cs', 'on', '>pw', '~a:*', '+@all');
  await redis.client.mset('a:1', '7', 'b:1', '8', 'b:2', '9');
  const { look, counted, ours } = await lookAt(
    redis,
    ['b:1', 'a:1', 'b:2'].map((name) => key(name)),
    { username: 'cs' },
  );
  const found = derived(look);
  expect(found.deniedCount).toBe(2);
  expect(found.formats).toMatchObject({ value: { sampledCount: 1, shares: [{ format: 'number' }] } });
  expect(ours).toEqual(counted);
});
