import { describe, expect, test } from 'vitest';
import { aclLine } from '#server/redis/acl/aclLine.ts';
import { capabilities } from '#server/redis/capabilities.ts';
import { commandGuard } from '#server/redis/commandGuard.ts';
import { faultText } from '#server/redis/faults/faultText.ts';
import { openLookupLedger } from '#server/redis/lookupLedger.ts';
import { openRedis } from '#server/redis/openRedis.ts';
import type { ConnectionRole, RedisCommand } from '#server/redis/redisConnection.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import { buryLetters, LETTERS } from '#test/support/letters/buryLetters.ts';
import { startRedis } from '#test/support/startRedis.ts';

const roles: readonly ConnectionRole[] = ['monitor', 'sampler', 'operator'];

const forbidden: readonly RedisCommand[] = [
  ['KEYS', '*'],
  ['keys', '*'],
  ['FLUSHALL'],
  ['FLUSHDB'],
  ['DEBUG', 'SLEEP', '1'],
  ['SAVE'],
  ['SHUTDOWN'],
  ['SMEMBERS', 'a'],
  ['HGETALL', 'a'],
  ['LRANGE', 'a', '0', '-1'],
  ['EVAL', 'return 1', '0'],
  ['SCRIPT', 'KILL'],
  ['CLIENT', 'KILL', 'ID', '1'],
  ['CLIENT', 'PAUSE', '1'],
  ['CLIENT'],
  ['CONFIG', 'SET', 'save', ''],
  ['MONITOR'],
  ['SLOWLOG', 'RESET'],
  ['LATENCY', 'RESET'],
  ['MEMORY', 'PURGE'],
  ['SET', 'a', '1'],
  ['DEL', 'a'],
  ['__proto__'],
  ['constructor'],
  [''],
];

const excessive: readonly RedisCommand[] = [
  ['MEMORY', 'USAGE', 'a', 'SAMPLES', '0'],
  ['SCAN', '0', 'COUNT', '1001'],
  ['SCAN', '0', 'COUNT', 'x'],
  ['SCAN', '0', 'TYPE', 'set'],
  ['SCAN', '0', 'MATCH', 'a'.repeat(257)],
  ['SSCAN', 'a', '0', 'COUNT', '100000'],
  ['GETRANGE', 'app:product:1', '0', '-1'],
  ['ZRANGE', 'app:ranking', '0', '10'],
  ['GETRANGE', 'app:___bc:t:users', '0', '-1'],
  ['GETRANGE', 'app:___bc:t:users', '0', '1024'],
  ['SET', 'app:product:1', 'v'],
  ['SET', 'app:cachetags:node', 'v'],
  ['SET', 'app:___bc:t:', 'v'],
  ['INCR', 'app:counter'],
  ['INCR', 'app:___bc:t:users'],
  ['HSET', 'app:product:1', 'data', 'v'],
  ['HDEL', 'app:product:1', 'data'],
  ['HDEL', 'app:__revalidated_tags__', 'tag'],
  ['HMGET', 'app:product:1', 'data'],
  ['HSETNX', 'app:product:1', 'data', 'v'],
  ['HSET', 'app:__sharedTags__', 'key', '[]'],
  ['PUBLISH', 'orders', 'message'],
  ['XADD', 'app[1]:stream', '*', 'f', 'v'],
  ['XADD', 'cachescope:events', '1-1', 'f', 'v'],
  ['XADD', 'app:cachescope:dead-letters:invalidations', '1-1', 'f', 'v'],
  ['XDEL', 'app:stream', '1-1'],
  ['XDEL', 'app:cachescope:dead-letters:invalidations', '1-1', '2-1'],
  ['XRANGE', 'app:cachescope:dead-letters:invalidations', '-', '+'],
  ['XRANGE', 'cachescope:events', '-', '+'],
  ['XREVRANGE', 'cachescope:events', '+', '-', 'COUNT', 101],
  ['PUBLISH', 'bentocache.notificationsX', 'message'],
  ['PUBSUB', 'CHANNELS'],
  ['PUBSUB', 'CHANNELS', '*'],
  ['SMISMEMBER', 'tag:a', ...Array.from({ length: 101 }, (_, at) => `k${at}`)],
  ['ZMSCORE', 'tag:a:entries', ...Array.from({ length: 101 }, (_, at) => `k${at}`)],
  ['UNLINK', ...Array.from({ length: 101 }, (_, at) => `k${at}`)],
  ['WATCH', ...Array.from({ length: 101 }, (_, at) => `k${at}`)],
  ['SETRANGE', 'a', 4, Buffer.alloc(9)],
  ['SETRANGE', 'a', 3, Buffer.alloc(8)],
  ['SETRANGE', 'a', 4, Buffer.alloc(8, 1)],
];

describe.each(roles)('the guard of %s', (role) => {
  const guard = commandGuard(role);

  test.each(forbidden.map((command) => [command]))('refuses %j', (command) => {
    expect(() => guard.admit(command)).toThrow(RedisFault);
    expect(() => guard.admit(command)).toThrow(role);
  });

  test.each(excessive.map((command) => [command]))('refuses the amount in %j', (command) => {
    expect(() => guard.admit(command)).toThrow(RedisFault);
  });

  test('lets through what the table gives it, in any case', () => {
    expect(guard.admit(['memory', 'usage', Buffer.from('a')])).toBe('MEMORY USAGE');
    expect(guard.admit(['scan', '0', 'match', 'a*', 'count', 1_000])).toBe('SCAN');
  });
});

test('only the operator may change anything', () => {
  expect(() => commandGuard('monitor').admit(['UNLINK', 'a'])).toThrow('monitor');
  expect(() => commandGuard('sampler').admit(['SREM', 'a', 'b'])).toThrow('sampler');
  expect(commandGuard('operator').admit(['UNLINK', 'a'])).toBe('UNLINK');
});

test.each(roles)('values are read by the operator alone, which keeps them for an undo: %s', (role) => {
  const { admit } = commandGuard(role);
  for (const command of [['GET', 'a'] as const, ['DUMP', 'a'] as const]) {
    if (role === 'operator') expect(admit(command)).toBe(command[0]);
    else expect(() => admit(command)).toThrow(role);
  }
});

test.each([
  ['GETRANGE', 'app:product:1', '0', '10'],
  ['GETRANGE', 'app:xcachescope:instance:1', '0', '10'],
] as const)('the monitor reads announcements and no value: %s %s', (...command) => {
  expect(() => commandGuard('monitor').admit(command)).toThrow('values of entries are never read');
});

test('the operator reads pages of the events among which replayed letters are looked for, and of no other stream', () => {
  const { admit } = commandGuard('operator');
  expect(admit(['XREVRANGE', 'cachescope:events', '+', '-', 'COUNT', 1])).toBe('XREVRANGE');
  expect(admit(['XRANGE', 'cachescope:events', '(1-1', '+', 'COUNT', 100])).toBe('XRANGE');
  expect(() => admit(['XRANGE', 'app:events', '-', '+', 'COUNT', 1])).toThrow('answers of services');
});

test('what stands is never overwritten', () => {
  const { admit } = commandGuard('operator');
  expect(admit(['SET', 'a', '1', 'NX', 'PX', 5])).toBe('SET');
  expect(admit(['RESTORE', 'a', 0, Buffer.from('dump')])).toBe('RESTORE');
  expect(() => admit(['SET', 'a', '1', 'XX'])).toThrow('NX');
  expect(() => admit(['SET', 'a', 'NX'])).toThrow('NX');
  expect(() => admit(['RESTORE', 'a', 0, 'dump', 'REPLACE'])).toThrow('overwritten');
});

test('the operator writes marks of tags and tells those who listen for purges', () => {
  const { admit } = commandGuard('operator');
  expect(admit(['SET', Buffer.from('app:___bc:t:users'), 'v', 'PX', 1])).toBe('SET');
  expect(admit(['SET', 'app::--cacheable--tags--:default:tag:users', 'v'])).toBe('SET');
  expect(admit(['INCR', 'site:cachetags:node:1'])).toBe('INCR');
  expect(admit(['HSET', 'v2:__fc:t:users', 'data', 'v'])).toBe('HSET');
  expect(admit(['PUBLISH', 'bentocache.notifications:shop', 'message'])).toBe('PUBLISH');
  expect(admit(['PUBSUB', 'CHANNELS', '*.Backplane:v2'])).toBe('PUBSUB CHANNELS');
  expect(() => commandGuard('monitor').admit(['SET', 'app:___bc:t:users', 'v'])).toThrow('monitor');
});

test('the inspector reads the start of a value, and neither more of it nor anything else', () => {
  const { admit } = commandGuard('inspector');
  expect(admit(['GETRANGE', 'a', 0, 71])).toBe('GETRANGE');
  expect(admit(['OBJECT', 'IDLETIME', 'a'])).toBe('OBJECT IDLETIME');
  expect(admit(['LRANGE', 'a', 0, 99])).toBe('LRANGE');
  expect(admit(['XRANGE', 'a', '-', '+', 'COUNT', 100])).toBe('XRANGE');
  const refused: readonly RedisCommand[] = [
    ['GETRANGE', 'a', 0, 4_096],
    ['GETRANGE', 'a', 0, -1],
    ['GETRANGE', 'a', 100, 200],
    ['GETRANGE', 'a', 0, 'x'],
    ['GET', 'a'],
    ['LRANGE', 'a', 0, -1],
    ['LRANGE', 'a', 0, 100],
    ['LRANGE', 'a', 5, 10],
    ['XRANGE', 'a', '-', '+'],
    ['XRANGE', 'a', '-', '+', 'COUNT', 101],
    ['XRANGE', 'a', '5', '+', 'COUNT', 10],
    ['SCAN', 0],
    ['UNLINK', 'a'],
  ];
  for (const command of refused) expect(() => admit(command)).toThrow('inspector');
});

test('a denied command is named with the ACL word that allows it and what is missing without', () => {
  expect(faultText('notPermitted', 'MEMORY USAGE')).toBe(
    'The Redis user may not run MEMORY USAGE. Missing without it: bytes of keys and patterns. Add +memory|usage to its ACL.',
  );
});

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
