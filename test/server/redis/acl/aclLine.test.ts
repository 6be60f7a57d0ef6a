import { expect, test } from 'vitest';
import { aclLine } from '#server/redis/acl/aclLine.ts';
import { capabilities } from '#server/redis/capabilities.ts';
import { openLookupLedger } from '#server/redis/lookupLedger.ts';
import { openRedis } from '#server/redis/openRedis.ts';
import type { ConnectionRole, RedisCommand } from '#server/redis/redisConnection.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import { DEFAULT_EVENT_STREAM } from '#shared/control/eventStreamKeys.ts';
import { buryLetters, LETTERS } from '#test/support/letters/buryLetters.ts';
import { startRedis } from '#test/support/startRedis.ts';

const roles: readonly ConnectionRole[] = ['monitor', 'sampler', 'operator'];

const example: Readonly<Record<string, RedisCommand>> = {
  'CLIENT SETNAME': ['CLIENT', 'SETNAME', 'cachescope-test'],
  SCAN: ['SCAN', '0'],
  UNLINK: ['UNLINK', 'app[1]:gone'],
  PEXPIREAT: ['PEXPIREAT', 'app[1]:gone', '1000'],
  SREM: ['SREM', 'app[1]:gone', 'x'],
  UNWATCH: ['UNWATCH'],
  MULTI: ['MULTI'],
  EXEC: ['EXEC'],
  SETRANGE: ['SETRANGE', 'app[1]:entry', 4, Buffer.alloc(8)],
  SADD: ['SADD', 'app[1]:set', 'x'],
  ZADD: ['ZADD', 'app[1]:zset', '1', 'x'],
  SET: ['SET', 'app[1]:new', 'v', 'NX'],
  // Refused for what it is, once the key was permitted.
  RESTORE: ['RESTORE', 'app[1]:new', '0', 'no dump'],
  ZRANGE: ['ZRANGE', 'app[1]:cachescope:instances', '0', '1'],
  GETRANGE: ['GETRANGE', 'app[1]:x:cachetags:users', '0', '1'],
  SSCAN: ['SSCAN', 'app[1]:k', '0'],
  HSCAN: ['HSCAN', 'app[1]:k', '0'],
  ZSCAN: ['ZSCAN', 'app[1]:k', '0'],
  INCR: ['INCR', 'app[1]:x:cachetags:users'],
  HSET: ['HSET', 'app[1]:v2:__fc:t:users', 'data', 'v'],
  SMISMEMBER: ['SMISMEMBER', 'app[1]:k', 'x'],
  ZMSCORE: ['ZMSCORE', 'app[1]:k', 'x'],
  XRANGE: ['XRANGE', 'app[1]:cachescope:answers', '-', '+', 'COUNT', 100],
  XREVRANGE: ['XREVRANGE', 'app[1]:cachescope:answers', '+', '-', 'COUNT', 1],
  XDEL: ['XDEL', 'app[1]:shop:cachescope:dead-letters:invalidations', '1-1'],
  XADD: ['XADD', 'app[1]:shop:cachescope:commands', 'MAXLEN', '~', 1_000, '*', 'body', '{}'],
  HDEL: ['HDEL', 'app[1]:x:__sharedTags__', 'key'],
  HMGET: ['HMGET', 'app[1]:x:__sharedTags__', 'key'],
  HSETNX: ['HSETNX', 'app[1]:x:__sharedTags__', 'key', '[]'],
  PUBLISH: ['PUBLISH', 'bentocache.notifications', 'message'],
  'PUBSUB CHANNELS': ['PUBSUB', 'CHANNELS', '*.Backplane:v2'],
};

/** What the guard refuses; the ACL line refuses it as well, whoever sends it. */
const refusedByAcl: readonly (readonly [name: string, ...args: string[]])[] = [
  ['INCR', 'app[1]:k'],
  ['HSET', 'app[1]:k', 'f', 'v'],
  ['HDEL', 'app[1]:k', 'f'],
  ['HMGET', 'app[1]:k', 'f'],
  ['HSETNX', 'app[1]:k', 'f', 'v'],
  ['PUBLISH', 'orders', 'message'],
];

function exampleOf(command: string): RedisCommand {
  const found = example[command];
  if (found !== undefined) return found;
  const [word = '', ...rest] = command.split(' ');
  const capability = capabilities.find((row) => row.commands.includes(command));
  return capability?.access === 'none' ? [word, ...rest] : [word, ...rest, 'app[1]:k'];
}

test.each(roles)('the ACL line of %s allows each of its commands, and no other key', async (role) => {
  await using redis = await startRedis();
  const line = aclLine({ user: 'cs', roles: [role], prefix: 'app[1]:', database: 2 });
  await redis.client.call('ACL', 'SETUSER', ...line.split(/ (?![^(]*\))/).slice(1), '>pw');
  const connection = openRedis({
    settings: { host: '127.0.0.1', port: redis.port, database: 2, username: 'cs', password: 'pw', tls: null },
    role,
    eventStreams: [DEFAULT_EVENT_STREAM],
    ledger: openLookupLedger(),
    nowMs: Date.now,
    random: () => 0,
  });
  const asked = capabilities.filter((row) => row.roles.includes(role) && row.isOptional !== true);
  const commands = asked.flatMap((row) => row.commands);
  const denied: string[] = [];
  for (const command of commands) {
    const [reply] = await connection.pipeline([exampleOf(command)]);
    if (reply instanceof RedisFault && reply.kind === 'notPermitted') denied.push(command);
  }
  expect(denied).toEqual([]);
  await expect(connection.send('TYPE', 'app1:k')).rejects.toMatchObject({ kind: 'keyNotPermitted' });
  const user = redis.client.duplicate({ username: 'cs', password: 'pw', db: 2, disableClientInfo: true });
  for (const [name, ...args] of refusedByAcl)
    await expect(user.call(name, ...args)).rejects.toThrow('NOPERM');
  user.disconnect();
  connection.close();
});

test('the ACL line names the streams of events that it is given, each as a whole name', () => {
  const eventStreams = ['orders*', '{eu}orders'];
  const line = aclLine({ user: 'cs', roles: ['operator'], prefix: 'app:', database: 0, eventStreams });
  expect(line).toContain(
    '%R~orders\\* %R~cachescope:{orders\\*}:dead-letters:* %R~{eu}orders %R~cachescope:{eu}orders:dead-letters:* -@all +xlen',
  );
  expect(line).not.toContain('cachescope:events');
});

test('the ACL line of operator and inspector reaches letters of events and their stream, which are of no service', async () => {
  await using redis = await startRedis();
  const line = aclLine({ user: 'cs', roles: ['operator', 'inspector'], prefix: 'app:', database: 0 });
  // Not known before Redis 7.2.
  const words = line.replace(' +client|no-touch', '').split(/ (?![^(]*\))/);
  await redis.client.call('ACL', 'SETUSER', ...words.slice(1), '>pw');
  const [id] = await buryLetters(redis.client, 1);
  const user = redis.client.duplicate({ username: 'cs', password: 'pw', disableClientInfo: true });
  expect(await user.xlen(LETTERS)).toBe(1);
  expect(await user.xrevrange(LETTERS, '+', '-', 'COUNT', 1)).toHaveLength(1);
  await user.watch(LETTERS);
  expect(await user.type('cachescope:events')).toBe('stream');
  await user.multi().xadd('cachescope:events', '*', 'v', '1').xdel(LETTERS, String(id)).exec();
  expect(await redis.client.xlen(LETTERS)).toBe(0);
  expect(await user.xrange('cachescope:events', '-', '+', 'COUNT', 10)).toHaveLength(2);
  for (const key of ['app:cachescope:events', 'cachescope:other']) {
    await expect(user.call('XADD', key, '*', 'v', '1')).rejects.toThrow('NOPERM');
  }
  await expect(user.call('XLEN', 'cachescope:other')).rejects.toThrow('NOPERM');
  await expect(user.call('UNLINK', LETTERS)).rejects.toThrow('NOPERM');
  user.disconnect();
});
