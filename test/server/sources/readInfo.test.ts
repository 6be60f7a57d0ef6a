import { describe, expect, test } from 'vitest';
import { openLookupLedger } from '#server/redis/lookupLedger.ts';
import { openRedis } from '#server/redis/openRedis.ts';
import { readInfo } from '#server/sources/readInfo.ts';
import { startRedis } from '#test/support/startRedis.ts';

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
