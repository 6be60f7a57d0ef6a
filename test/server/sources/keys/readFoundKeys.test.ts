import { expect, test } from 'vitest';
import { readFoundKeys } from '#server/sources/keys/readFoundKeys.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

const bytesOf = (...names: readonly string[]) => names.map((name) => Buffer.from(name));

async function limitedUser(redis: TestRedis, rules: string) {
  await redis.client.call(
    'ACL',
    'SETUSER',
    'few',
    'reset',
    'on',
    '>pw',
    '-@all',
    '+client|setname',
    ...rules.split(' '),
  );
  return openTestConnection(redis, 'monitor', { username: 'few', password: 'pw' });
}

async function fill({ client }: TestRedis): Promise<void> {
  await client.set('app:1', 'x', 'PX', 60_000);
  await client.hset('app:2', 'field', 'x');
  await client.set('other:1', 'x');
}

test('type, TTL and bytes of each key are told, and what has gone is counted', async () => {
  await using redis = await startRedis();
  await fill(redis);
  const connection = openTestConnection(redis, 'monitor');
  const { keys, ...rest } = await readFoundKeys(connection, bytesOf('app:1', 'gone', 'app:2'));
  connection.close();
  expect(rest).toEqual({ goneCount: 1, deniedCount: 0, whyUnknown: { type: null, ttl: null, bytes: null } });
  expect(keys).toEqual([
    {
      key: Buffer.from('app:1'),
      type: 'string',
      ttl: { leftMs: expect.any(Number) },
      bytes: expect.any(Number),
    },
    { key: Buffer.from('app:2'), type: 'hash', ttl: { leftMs: null }, bytes: expect.any(Number) },
  ]);
});

test('names outside of the prefix of our user are counted and not passed on', async () => {
  await using redis = await startRedis();
  await fill(redis);
  const connection = await limitedUser(redis, '%R~app:* +pttl +type +memory|usage');
  const found = await readFoundKeys(connection, bytesOf('other:1', 'app:1', 'other:2'));
  connection.close();
  expect(found.deniedCount).toBe(2);
  expect(found.keys.map(({ key }) => key.toString())).toEqual(['app:1']);
});

test('a command that is not permitted is asked once, its fact is unknown with the ACL word, and the others are told', async () => {
  await using redis = await startRedis();
  await fill(redis);
  const connection = await limitedUser(redis, '%R~app:* +pttl +type');
  const names = Array.from({ length: 250 }, (_, at) => Buffer.from(`app:${(at % 2) + 1}`));
  const found = await readFoundKeys(connection, names);
  connection.close();
  expect(found.keys).toHaveLength(250);
  expect(found.keys.every(({ bytes, type }) => bytes === null && type !== null)).toBe(true);
  expect(found.whyUnknown).toEqual({
    type: null,
    ttl: null,
    bytes: expect.stringContaining('+memory|usage'),
  });
  const log = await redis.client.call('ACL', 'LOG');
  expect(log).toHaveLength(1);
  expect(log).toEqual([expect.arrayContaining(['count', 1, 'memory|usage'])]);
});

test('without any right to ask of a key nothing is told of names', async () => {
  await using redis = await startRedis();
  await fill(redis);
  const connection = await limitedUser(redis, '%R~* +scan');
  await expect(readFoundKeys(connection, bytesOf('app:1', 'app:2'))).rejects.toMatchObject({
    kind: 'notPermitted',
  });
  connection.close();
});
