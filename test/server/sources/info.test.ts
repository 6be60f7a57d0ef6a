import { describe, expect, test } from 'vitest';
import { openLookupLedger } from '#server/redis/lookupLedger.ts';
import { openRedis } from '#server/redis/openRedis.ts';
import { deriveNodeFacts } from '#server/sources/deriveNodeFacts.ts';
import { parseInfo } from '#server/sources/parseInfo.ts';
import { readInfo } from '#server/sources/readInfo.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { redis62, redis80, valkey81 } from './infoFixtures.ts';

describe('parseInfo', () => {
  test('keeps sections and fields in order, with unknown fields and values as they are', () => {
    const sections = parseInfo(redis80.replaceAll('\n', '\r\n'));
    expect(sections.map((section) => section.name).slice(0, 3)).toEqual(['Server', 'Clients', 'Memory']);
    expect(sections[2]?.fields.at(-1)).toEqual({ name: 'lookaside_of_the_future', value: '17' });
    expect(sections.find((section) => section.name === 'Modules')?.fields[0]?.value).toContain('usedby=[]');
  });

  test('splits at the first colon only', () => {
    const executable = parseInfo(redis62)[0]?.fields.find((field) => field.name === 'executable');
    expect(executable?.value).toBe('/usr/bin/redis-server --port 6379:odd');
  });

  test.each([
    ['nothing', '', []],
    ['fields without a heading', 'a:1', [{ name: 'Unnamed', fields: [{ name: 'a', value: '1' }] }]],
    ['lines without a colon', '# A\nnonsense\n:x\nb:', [{ name: 'A', fields: [{ name: 'b', value: '' }] }]],
    [
      'an empty section',
      '# A\n\n# B\n',
      [
        { name: 'A', fields: [] },
        { name: 'B', fields: [] },
      ],
    ],
  ])('takes %s', (_name, text, expected) => {
    expect(parseInfo(text)).toEqual(expected);
  });
});

describe('deriveNodeFacts', () => {
  test('of Redis 6.2', () => {
    expect(deriveNodeFacts(parseInfo(redis62))).toEqual({
      flavour: 'redis',
      version: '6.2.14',
      role: 'master',
      runId: 'a'.repeat(40),
      uptimeSeconds: 100,
      keyCount: 7,
      keysWithTtlCount: 5,
      connectedClientCount: 5,
      maxClientCount: 10_000,
      blockedClientCount: 0,
      usedMemoryBytes: 1_048_576,
      maxMemoryBytes: null,
      peakMemoryBytes: 2_097_152,
      residentMemoryBytes: 4_194_304,
      allocatorFragmentationRatio: 1.25,
      evictionPolicy: 'noeviction',
      expiredStaleRatio: 0.125,
      isLoading: false,
      replicaCount: 2,
      lastSaveFailed: false,
    });
  });

  test('of Redis 8.0: loading, with a limit, a failed save and what it does not say as null', () => {
    expect(deriveNodeFacts(parseInfo(redis80))).toMatchObject({
      version: '8.0.6',
      role: 'slave',
      keyCount: 9,
      maxClientCount: null,
      maxMemoryBytes: 2_147_483_648,
      evictionPolicy: 'allkeys-lfu',
      expiredStaleRatio: null,
      isLoading: true,
      lastSaveFailed: true,
    });
  });

  test('of Valkey 8.1: its own version, and no keys where the keyspace is empty', () => {
    expect(deriveNodeFacts(parseInfo(valkey81))).toMatchObject({
      flavour: 'valkey',
      version: '8.1.1',
      keyCount: 0,
      keysWithTtlCount: 0,
      lastSaveFailed: null,
    });
  });

  test('of nonsense: every number is unknown, none is zero', () => {
    const facts = deriveNodeFacts(
      parseInfo('# Memory\nused_memory:lots\nmaxmemory:\nuptime_in_seconds:Infinity\n'),
    );
    const numbers = Object.values(facts).filter((value) => typeof value === 'number');
    expect(numbers).toEqual([]);
  });
});

describe('readInfo', () => {
  async function connect(port: number, username: string | null = null) {
    const ledger = openLookupLedger();
    const password = username === null ? null : 'pw';
    const connection = openRedis({
      settings: { host: '127.0.0.1', port, database: 0, username, password, tls: null },
      role: 'monitor',
      ledger,
      nowMs: Date.now,
      random: () => 0,
    });
    return { connection, ledger };
  }

  test('reads every section of a real Redis with our own look-ups of the same moment', async () => {
    await using redis = await startRedis();
    const { connection, ledger } = await connect(redis.port);
    const [, reading] = await Promise.all([
      connection.send('EXISTS', 'gone'),
      readInfo({ connection, ledger, nowMs: () => 7 }),
    ]);
    if (reading.state !== 'known') throw new Error(reading.detail);
    const names = reading.value.sections.map((section) => section.name);
    expect(names).toEqual(expect.arrayContaining(['Server', 'Memory', 'Stats', 'Commandstats', 'Keyspace']));
    expect(reading.value.atMs).toBe(7);
    const misses = reading.value.sections
      .flatMap((section) => section.fields)
      .find((field) => field.name === 'keyspace_misses');
    expect(misses?.value).toBe(String(reading.value.ownLookups.misses));
    connection.close();
  });

  test('is not permitted, with the ACL word, when INFO is denied', async () => {
    await using redis = await startRedis();
    await redis.client.call('ACL', 'SETUSER', 'few', 'on', '>pw', '-@all', '+ping', '+client|setname');
    const { connection, ledger } = await connect(redis.port, 'few');
    const reading = await readInfo({ connection, ledger, nowMs: Date.now });
    expect(reading).toMatchObject({ reason: 'notPermitted', detail: expect.stringContaining('+info') });
    connection.close();
  });

  test('has failed while Redis is down, and the ledger goes on', async () => {
    const { connection, ledger } = await connect(1);
    expect(await readInfo({ connection, ledger, nowMs: Date.now })).toMatchObject({ reason: 'failed' });
    await expect(ledger.run(() => Promise.resolve('on'))).resolves.toBe('on');
    connection.close();
  });
});
