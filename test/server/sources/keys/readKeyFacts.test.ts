import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { encodeEntry, NO_OWNER } from '#cache/store/entryFormat.ts';
import { openLookupLedger } from '#server/redis/lookupLedger.ts';
import { openRedis } from '#server/redis/openRedis.ts';
import { type KeyFactsRequest, readKeyFacts } from '#server/sources/keys/readKeyFacts.ts';
import type { KeyFacts } from '#shared/keys/keyInspection.ts';
import { keyspaceCounts } from '#test/support/redis/keyspaceCounts.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

interface Ask extends Partial<KeyFactsRequest> {
  readonly user?: { readonly username: string; readonly password: string };
}

async function ask(redis: TestRedis, key: string | Buffer, { user, ...more }: Ask = {}) {
  const ledger = openLookupLedger();
  const connection = openRedis({
    settings: {
      ...{ host: '127.0.0.1', port: redis.port, database: 0, tls: null },
      ...(user ?? { username: null, password: null }),
    },
    ...{ role: 'inspector', ledger, nowMs: Date.now, random: Math.random },
  });
  try {
    const before = await keyspaceCounts(redis);
    const answer = await readKeyFacts({
      ...{ connection, key: Buffer.from(key), nowMs: Date.now, readsContent: true },
      ...{ evictionPolicy: 'allkeys-lru', knowsNoTouch: false, touchedAtMs: null },
      ...more,
    });
    const after = await keyspaceCounts(redis);
    const { hits, misses } = ledger.counts();
    expect({ hits, misses }).toEqual({
      hits: after.hits - before.hits,
      misses: after.misses - before.misses,
    });
    return answer;
  } finally {
    connection.close();
  }
}

async function factsOf(redis: TestRedis, key: string | Buffer, more: Ask = {}): Promise<KeyFacts> {
  const answer = await ask(redis, key, more);
  if (answer.state !== 'there') throw new Error(`the key is ${answer.state}`);
  return answer.facts;
}

const knownValue = (value: unknown) => expect.objectContaining({ state: 'known', value });

test('each type tells its length, TTL, bytes and encoding, and each of our look-ups is in the ledger', async () => {
  await using redis = await startRedis();
  const { client } = redis;
  await client.set('string', 'hello', 'PX', 60_000);
  await client.hset('hash', { a: 1, b: 2 });
  await client.rpush('list', 'a', 'b', 'c');
  await client.sadd('set', 'a');
  await client.zadd('zset', 1, 'a', 2, 'b');
  await client.xadd('stream', '*', 'field', 'x');
  const lengths: Record<string, unknown> = {};
  for (const key of ['string', 'hash', 'list', 'set', 'zset', 'stream']) {
    const facts = await factsOf(redis, key);
    expect(facts).toMatchObject({ type: { value: key }, bytes: { value: expect.any(Number) } });
    expect(facts.encoding.state).toBe('known');
    lengths[key] = facts.length.state === 'known' ? facts.length.value : facts.length;
  }
  expect(lengths).toEqual({
    string: { count: 5, unit: 'bytes' },
    hash: { count: 2, unit: 'fields' },
    list: { count: 3, unit: 'elements' },
    set: { count: 1, unit: 'members' },
    zset: { count: 2, unit: 'members' },
    stream: { count: 1, unit: 'entries' },
  });
  const { ttl, content } = await factsOf(redis, 'string');
  expect(ttl).toMatchObject({ state: 'known', from: 'PTTL' });
  expect(ttl.state === 'known' && ttl.value.leftMs).toBeGreaterThan(50_000);
  expect(content).toEqual(knownValue({ format: 'text', confidence: 'likely', entry: null }));
  expect((await factsOf(redis, 'hash')).ttl).toEqual(knownValue({ leftMs: null }));
  expect((await factsOf(redis, 'hash')).content).toMatchObject({ state: 'unknown', reason: 'notSupported' });
});

test('idle time is asked before what starts it anew, and a key that our look used last says so', async () => {
  await using redis = await startRedis();
  await redis.client.set('raw', 'x');
  const dump = await redis.client.dumpBuffer('raw');
  await redis.client.call('RESTORE', 'cold', 0, dump, 'IDLETIME', 500);
  const first = await factsOf(redis, 'cold');
  expect(first.use).toEqual(knownValue({ kind: 'idle', idleMs: 500_000, isOurs: false }));
  expect(first.isTouched).toBe(true);
  const again = await factsOf(redis, 'cold', { touchedAtMs: Date.now() });
  expect(again.use).toMatchObject({ value: { kind: 'idle', isOurs: true } });
});

test('under an LFU policy the use counter is told in place of the idle time', async () => {
  await using redis = await startRedis(['--maxmemory-policy', 'allkeys-lfu']);
  await redis.client.set('a', 'x');
  const { use } = await factsOf(redis, 'a', { evictionPolicy: 'allkeys-lfu' });
  expect(use).toMatchObject({ state: 'known', value: { kind: 'frequency', frequency: expect.any(Number) } });
  expect((await factsOf(redis, 'a', { evictionPolicy: null })).use).toMatchObject({ reason: 'notSupported' });
});

test('a missing key, a key of bytes and a name of 512 KB are told for what they are', async () => {
  await using redis = await startRedis();
  expect(await ask(redis, 'gone')).toEqual({ state: 'missing' });
  const binary = Buffer.from([0xff, 0, 0x0d, 0x0a]);
  const long = Buffer.alloc(512 * 1_024, 0x61);
  await redis.client.set(binary, '7');
  await redis.client.set(long, '{"id":1}');
  expect((await factsOf(redis, binary)).content).toMatchObject({
    value: { format: 'number', confidence: 'certain' },
  });
  expect((await factsOf(redis, long)).content).toMatchObject({
    value: { format: 'json', confidence: 'certain' },
  });
});

test('an entry of the library says how fresh it is, which version, and whose', async () => {
  await using redis = await startRedis();
  const owner = createHash('sha1').update('bob').digest().subarray(0, 8);
  const header = {
    ...{ isNegative: false, isTagged: false, loadMs: 12, version: 3, owner },
    ...{ storedAtMs: Date.now() - 1_000, softExpiryAtMs: Date.now() + 60_000 },
  };
  await redis.client.set('fresh', encodeEntry(header, Buffer.from('{"id":7}')));
  await redis.client.set('stale', encodeEntry({ ...header, softExpiryAtMs: 1 }, Buffer.from('x')));
  await redis.client.set('marked', encodeEntry({ ...header, softExpiryAtMs: 0 }, Buffer.from('x')));
  const nobody = { ...header, owner: NO_OWNER, version: 0, isNegative: true };
  await redis.client.set('none', encodeEntry(nobody, new Uint8Array(0)));
  const entryOf = async (key: string) => {
    const { content } = await factsOf(redis, key);
    return content?.state === 'known' ? content.value.entry : null;
  };
  expect(await entryOf('fresh')).toEqual({
    ...{ freshness: 'fresh', isNegative: false, loadMs: 12, version: 3, ownerHash: owner.toString('hex') },
    ...{ storedAtMs: header.storedAtMs, softExpiryAtMs: header.softExpiryAtMs },
  });
  expect(await entryOf('stale')).toMatchObject({ freshness: 'stale' });
  expect(await entryOf('marked')).toMatchObject({ freshness: 'markedStale' });
  expect(await entryOf('none')).toMatchObject({ isNegative: true, version: null, ownerHash: null });
});

test('each command that is not permitted leaves the other facts, and names its ACL word', async () => {
  await using redis = await startRedis();
  await redis.client.set('app:1', '{"id":1}', 'EX', 60);
  const words = {
    type: '+type',
    ttl: '+pttl',
    bytes: '+memory|usage',
    encoding: '+object|encoding',
    use: '+object|idletime',
    length: '+strlen',
    content: '+getrange',
  };
  for (const [fact, word] of Object.entries(words)) {
    const others = Object.values(words).filter((other) => other !== word);
    const rules = ['on', '>pw', '-@all', '%R~app:*', '+client|setname', ...others];
    await redis.client.call('ACL', 'SETUSER', 'few', 'reset', ...rules);
    const facts = await factsOf(redis, 'app:1', { user: { username: 'few', password: 'pw' } });
    const states = Object.entries(facts).filter(([name]) => name !== 'isTouched');
    const unknowns = states.filter(([, reading]) => reading.state === 'unknown').map(([name]) => name);
    // Without the type nobody knows which length or content to ask for.
    expect(unknowns.sort()).toEqual(fact === 'type' ? ['content', 'length', 'type'] : [fact]);
    expect(JSON.stringify(facts)).toContain(word);
  }
});

test('a key outside of the prefix of our user is denied, and a Redis that is gone is told', async () => {
  await using redis = await startRedis();
  await redis.client.set('other:1', 'x');
  const rules = ['on', '>pw', '-@all', '%R~app:*', '+client|setname', '+type', '+pttl'];
  await redis.client.call('ACL', 'SETUSER', 'few', 'reset', ...rules);
  const user = { username: 'few', password: 'pw' };
  expect(await ask(redis, 'other:1', { user })).toEqual({ state: 'denied' });
  expect(await ask(redis, 'other:missing', { user })).toEqual({ state: 'denied' });
});
