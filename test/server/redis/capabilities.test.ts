import { describe, expect, test } from 'vitest';
import { commandGuard } from '#server/redis/commandGuard.ts';
import { faultText } from '#server/redis/faults/faultText.ts';
import type { ConnectionRole, RedisCommand } from '#server/redis/redisConnection.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import { DEFAULT_EVENT_STREAM, eventStreamKeys } from '#shared/control/eventStreamKeys.ts';

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
  const { admit } = commandGuard('operator', [DEFAULT_EVENT_STREAM]);
  expect(admit(['XREVRANGE', 'cachescope:events', '+', '-', 'COUNT', 1])).toBe('XREVRANGE');
  expect(admit(['XRANGE', 'cachescope:events', '(1-1', '+', 'COUNT', 100])).toBe('XRANGE');
  expect(() => admit(['XRANGE', 'app:events', '-', '+', 'COUNT', 1])).toThrow('answers of services');
});

test('letters of events are read and replayed in the streams that it is told of, and in no other', () => {
  const letters = eventStreamKeys('orders').deadLettersOf('shop');
  const told = commandGuard('operator', ['orders']);
  const commands: readonly RedisCommand[] = [
    ['XADD', 'orders', '*', 'v', '1'],
    ['XDEL', letters, '1-1'],
    ['XRANGE', letters, '-', '+', 'COUNT', 100],
    ['XREVRANGE', 'orders', '+', '-', 'COUNT', 1],
  ];
  for (const command of commands) {
    expect(told.admit(command)).toBe(command[0]);
    expect(() => commandGuard('operator', [DEFAULT_EVENT_STREAM]).admit(command)).toThrow('guard');
  }
  expect(commandGuard('inspector', ['orders']).admit(['XRANGE', letters, '1-1', '1-1', 'COUNT', 1])).toBe(
    'XRANGE',
  );
  expect(() =>
    commandGuard('inspector', ['orders']).admit(['XRANGE', 'orders', '1-1', '1-1', 'COUNT', 1]),
  ).toThrow('entries');
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
