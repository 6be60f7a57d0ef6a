import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { RedisSettings } from '#server/config/config.ts';
import { openLookupLedger } from '#server/redis/lookupLedger.ts';
import { type ObservedConnection, openRedis } from '#server/redis/openRedis.ts';
import type { ConnectionRole } from '#server/redis/redisConnection.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import { freePort } from '#test/support/freePort.ts';
import { startRedis } from '#test/support/startRedis.ts';

const opened: ObservedConnection[] = [];
afterEach(() => {
  for (const connection of opened.splice(0)) connection.close();
});

function settings(port: number, more: Partial<RedisSettings> = {}): RedisSettings {
  return { host: '127.0.0.1', port, database: 0, username: null, password: null, tls: null, ...more };
}

function open(redis: RedisSettings, role: ConnectionRole = 'monitor', ledger = openLookupLedger()) {
  const connection = openRedis({ settings: redis, role, ledger, nowMs: Date.now, random: () => 0 });
  opened.push(connection);
  return { connection, ledger };
}

async function faultOfCall(call: Promise<unknown>): Promise<RedisFault> {
  const result = await call.catch((error: unknown) => error);
  if (result instanceof RedisFault) return result;
  throw new Error(`expected a fault, got ${String(result)}`);
}

describe('openRedis', () => {
  test('answers in bytes, numbers and nested lists, with errors as values in their place', async () => {
    await using redis = await startRedis();
    const name = Buffer.from([0x61, 0xff, 0xfe, 0x62]);
    await redis.client.sadd(name, 'one');
    const { connection } = open(settings(redis.port));
    const [cursor, type, fault, size] = await connection.pipeline([
      ['SCAN', '0'],
      ['TYPE', name],
      ['HLEN', name],
      ['SCARD', name],
    ]);
    expect(cursor).toEqual([Buffer.from('0'), [name]]);
    expect(type).toEqual(Buffer.from('set'));
    expect(fault).toMatchObject({ kind: 'wrongType', command: 'HLEN' });
    expect(size).toBe(1);
  });

  test('names itself in CLIENT LIST and leaves no error in errorstats', async () => {
    await using redis = await startRedis();
    const { connection } = open(settings(redis.port));
    await connection.send('PING');
    expect(await redis.client.client('LIST')).toContain('name=cachescope-monitor');
    expect(await redis.client.info('errorstats')).not.toContain('errorstat_');
  });

  test('works in the configured database', async () => {
    await using redis = await startRedis();
    await redis.client.select(3);
    await redis.client.set('here', '1');
    const { connection } = open(settings(redis.port, { database: 3 }));
    expect(await connection.send('EXISTS', 'here')).toBe(1);
  });

  test('is never usable when the database cannot be selected', async () => {
    await using redis = await startRedis();
    const { connection } = open(settings(redis.port, { database: 99 }));
    const fault = await faultOfCall(connection.send('PING'));
    expect(fault.message).toContain('DB index is out of range');
    expect(connection.status().state).toBe('unreachable');
  });

  test('refuses what is not in the list of its role before anything is sent', async () => {
    await using redis = await startRedis();
    await redis.client.set('a', '1');
    const { connection } = open(settings(redis.port));
    const fault = await faultOfCall(connection.send('UNLINK', 'a'));
    expect(fault).toMatchObject({ kind: 'notPermitted' });
    expect(fault.message).toContain('monitor');
    expect(await redis.client.exists('a')).toBe(1);
  });

  test('says at once that nobody listens, and that the outcome is unknown', async () => {
    const { connection } = open(settings(await freePort()));
    const fault = await faultOfCall(connection.send('PING'));
    expect(fault).toMatchObject({ kind: 'unreachable', isOutcomeUnknown: true });
    expect(fault.message).toContain('ECONNREFUSED');
    expect(connection.status()).toMatchObject({ state: 'unreachable', lastReadAtMs: null });
  });

  test('notices a killed Redis at once and is back within 10 s of its return', async () => {
    await using redis = await startRedis();
    const { connection } = open(settings(redis.port));
    await connection.send('PING');
    const states: string[] = [];
    connection.onStatus((state) => states.push(state.state));
    await redis.kill();
    await vi.waitFor(() => expect(connection.status().state).toBe('unreachable'), { timeout: 5_000 });
    expect(await faultOfCall(connection.send('PING'))).toMatchObject({ kind: 'unreachable' });
    await redis.restart();
    await vi.waitFor(() => expect(connection.status().state).toBe('connected'), { timeout: 10_000 });
    expect(String(await connection.send('PING'))).toBe('PONG');
    expect(states).toEqual(['unreachable', 'connected']);
  });

  test('calls a hung Redis a timeout with unknown outcome, and recovers', async () => {
    await using redis = await startRedis();
    const { connection, ledger } = open(settings(redis.port));
    await connection.send('PING');
    redis.hang();
    const fault = await faultOfCall(connection.send('PTTL', 'a'));
    expect(fault).toMatchObject({ kind: 'timeout', command: 'PTTL', isOutcomeUnknown: true });
    expect(connection.status().state).toBe('unreachable');
    expect(ledger.counts().uncertainEpoch).toBeGreaterThan(0);
    redis.resume();
    await vi.waitFor(async () => expect(String(await connection.send('PING'))).toBe('PONG'), {
      timeout: 10_000,
      interval: 100,
    });
    expect(connection.status().state).toBe('connected');
  });

  test('does not run later what failed while Redis was down', async () => {
    await using redis = await startRedis();
    const { connection } = open(settings(redis.port), 'operator');
    await connection.send('PING');
    await redis.kill();
    await vi.waitFor(() => expect(connection.status().state).toBe('unreachable'));
    await faultOfCall(connection.send('UNLINK', 'kept'));
    await redis.restart();
    await redis.client.set('kept', '1');
    await vi.waitFor(() => expect(connection.status().state).toBe('connected'), { timeout: 10_000 });
    await connection.send('PING');
    expect(await redis.client.exists('kept')).toBe(1);
  });

  test('names a refused password, and connects by itself once it is right', async () => {
    await using redis = await startRedis();
    await redis.client.config('SET', 'requirepass', 'right');
    const { connection } = open(settings(redis.port, { password: 'wrong' }));
    const fault = await faultOfCall(connection.send('PING'));
    expect(fault.kind).toBe('authentication');
    expect(connection.status()).toMatchObject({ state: 'unreachable' });
    expect(connection.status().detail).toContain('user name or password');
    await redis.client.config('SET', 'requirepass', 'wrong');
    await vi.waitFor(() => expect(connection.status().state).toBe('connected'), { timeout: 5_000 });
  });

  test('tries a refused password three times before it slows down to once a minute', async () => {
    await using redis = await startRedis();
    await redis.client.config('SET', 'requirepass', 'right');
    const delays: number[] = [];
    const connection = openRedis({
      settings: settings(redis.port, { password: 'wrong' }),
      role: 'monitor',
      ledger: openLookupLedger(),
      nowMs: Date.now,
      random: () => {
        delays.push(0);
        return 0;
      },
    });
    opened.push(connection);
    await vi.waitFor(() => expect(delays).toHaveLength(3), { timeout: 5_000 });
    expect(await redis.client.info('commandstats')).toContain('cmdstat_auth:calls=3');
  });

  test('reports a password that is missing in the settings as refused', async () => {
    await using redis = await startRedis();
    await redis.client.config('SET', 'requirepass', 'right');
    const { connection } = open(settings(redis.port));
    expect((await faultOfCall(connection.send('PING'))).kind).toBe('authentication');
  });

  test('names the ACL word when the user may not run a command, and stays connected', async () => {
    await using redis = await startRedis();
    await redis.client.call('ACL', 'SETUSER', 'few', 'on', '>pw', '~*', '-@all', '+ping', '+client|setname');
    const { connection } = open(settings(redis.port, { username: 'few', password: 'pw' }));
    const fault = await faultOfCall(connection.send('MEMORY', 'USAGE', 'a'));
    expect(fault.kind).toBe('notPermitted');
    expect(fault.message).toContain('+memory|usage');
    expect(connection.status().state).toBe('connected');
  });

  test('is degraded while Redis refuses writes, and not any more when PING succeeds', async () => {
    const fake = await startFakeRedis();
    const { connection } = open(settings(fake.port));
    fake.replies.PING = '-MISCONF Redis is configured to save RDB snapshots\r\n';
    await faultOfCall(connection.send('PING'));
    expect(connection.status()).toMatchObject({ state: 'degraded' });
    expect(connection.status().detail).toContain('refuses writes');
    fake.replies.PING = '+PONG\r\n';
    await connection.send('PING');
    expect(connection.status()).toMatchObject({ state: 'connected', detail: '' });
    await fake.close();
  });

  test('survives maxclients, garbage and a server that hangs up', async () => {
    const fake = await startFakeRedis();
    fake.greeting = '-ERR max number of clients reached\r\n';
    const { connection } = open(settings(fake.port));
    expect(['maxClients', 'unreachable']).toContain((await faultOfCall(connection.send('PING'))).kind);
    fake.greeting = '$5\r\n?????garbage\r\n';
    await vi.waitFor(() => expect(fake.connectionCount()).toBeGreaterThan(1), { timeout: 8_000 });
    fake.greeting = '';
    await vi.waitFor(() => expect(connection.status().state).toBe('connected'), { timeout: 10_000 });
    await fake.close();
  });

  test('counts its own look-ups exactly as Redis does', async () => {
    await using redis = await startRedis();
    await redis.client.set('a', '1', 'EX', 100);
    await redis.client.sadd('tag:t', 'a', 'b');
    await redis.client.zadd('app:cachescope:instances', 1, 'one');
    await redis.client.set('app:cachescope:instance:one', '{}');
    await redis.client.config('RESETSTAT');
    const { connection, ledger } = open(settings(redis.port));
    await connection.pipeline([
      ['ZRANGE', 'app:cachescope:instances', 0, 10, 'REV', 'WITHSCORES'],
      ['ZRANGE', 'gone:cachescope:instances', 0, 10, 'REV', 'WITHSCORES'],
      ['GETRANGE', 'app:cachescope:instance:one', 0, 100],
      ['GETRANGE', 'app:cachescope:instance:gone', 0, 100],
      ['PTTL', 'a'],
      ['PTTL', 'gone'],
      ['TYPE', 'a'],
      ['TYPE', 'gone'],
      ['EXISTS', 'a', 'gone', 'a'],
      ['SCARD', 'tag:t'],
      ['SCARD', 'gone'],
      ['SCARD', 'a'],
      ['SSCAN', 'tag:t', '0', 'COUNT', 100],
      ['SSCAN', 'gone', '0'],
      ['MEMORY', 'USAGE', 'a'],
      ['MEMORY', 'USAGE', 'gone'],
      ['OBJECT', 'ENCODING', 'a'],
      ['OBJECT', 'ENCODING', 'gone'],
      ['SCAN', '0', 'COUNT', 100, 'MATCH', 'tag:*'],
      ['HLEN', 'gone'],
      ['STRLEN', 'a'],
      ['INFO'],
      ['DBSIZE'],
    ]);
    const { connection: operator } = open(settings(redis.port), 'operator', ledger);
    await operator.pipeline([
      ['SMISMEMBER', 'tag:t', 'a', 'z'],
      ['ZMSCORE', 'app:cachescope:instances', 'z'],
      ['OBJECT', 'IDLETIME', 'gone'],
    ]);
    const info = await redis.client.info('stats');
    const hits = Number(/keyspace_hits:(\d+)/.exec(info)?.[1]);
    const misses = Number(/keyspace_misses:(\d+)/.exec(info)?.[1]);
    expect(ledger.counts()).toEqual({ hits, misses, uncertainEpoch: 0 });
    expect(hits).toBeGreaterThan(0);
    expect(misses).toBeGreaterThan(0);
  });
});

interface FakeRedis {
  readonly port: number;
  /** Sent to every new connection before anything else; `-` and garbage also end it. */
  greeting: string;
  readonly replies: Record<string, string>;
  connectionCount(): number;
  close(): Promise<void>;
}

async function startFakeRedis(): Promise<FakeRedis> {
  const sockets = new Set<Socket>();
  let count = 0;
  const replies: Record<string, string> = { PING: '+PONG\r\n' };
  const port = await freePort();
  const fake: FakeRedis = {
    port,
    greeting: '',
    replies,
    connectionCount: () => count,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server: Server = createServer((socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    if (fake.greeting !== '') socket.end(fake.greeting);
    socket.on('data', (data) => {
      for (const [, word] of data.toString('latin1').matchAll(/\*\d+\r\n\$\d+\r\n(\w+)\r\n/g)) {
        socket.write(replies[(word ?? '').toUpperCase()] ?? '+OK\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return fake;
}
