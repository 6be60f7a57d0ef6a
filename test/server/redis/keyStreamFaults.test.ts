import { createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { freePort } from '#test/support/freePort.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { counters, fill, openTestStream } from './openTestStream.ts';

describe('keyStream, refused or cut off', () => {
  test('leaves bytes unknown when MEMORY USAGE is denied, and does not ask again for ten minutes', async () => {
    await using redis = await startRedis();
    await fill(redis, 10);
    const acl = ['ACL', 'SETUSER', 'few', 'on', '>pw', '~*', '-@all', '+scan', '+pttl', '+type'] as const;
    await redis.client.call(...acl);
    let nowMs = 1_000;
    const { stream } = openTestStream(redis.port, { username: 'few', password: 'pw' }, () => nowMs);
    const { keys } = await stream.readPage('0', 100);
    expect(keys.map((key) => key.bytes)).toEqual(Array(10).fill(null));
    const rejected = async () =>
      Number(
        /memory\|usage:calls=\d+.*rejected_calls=(\d+)/.exec(await redis.client.info('commandstats'))?.[1],
      );
    expect(await rejected()).toBe(10);
    nowMs += 599_999;
    await stream.readPage('0', 100);
    expect(await rejected()).toBe(10);
    nowMs += 1;
    await redis.client.call('ACL', 'SETUSER', 'few', '+memory|usage');
    expect((await stream.readPage('0', 100)).keys.every((key) => key.bytes !== null)).toBe(true);
  });

  test('never passes on names outside the prefix of its user, and counts no look-up for them', async () => {
    await using redis = await startRedis();
    await redis.client.mset('app:a', '1', 'other:secret', '1');
    await redis.client.call(
      ...(['ACL', 'SETUSER', 'few', 'on', '>pw', '%R~app:*', '-@all'] as const),
      ...(['+scan', '+pttl', '+type', '+memory|usage'] as const),
    );
    await redis.client.config('RESETSTAT');
    const { stream, ledger } = openTestStream(redis.port, { username: 'few', password: 'pw' });
    const page = await stream.readPage('0', 100);
    expect(page.keys.map((key) => Buffer.from(key.key).toString())).toEqual(['app:a']);
    expect(page).toMatchObject({ deniedCount: 1, goneCount: 0 });
    expect(page.keys[0]?.bytes).toBeGreaterThan(0);
    expect(ledger.counts()).toMatchObject(await counters(redis));
  });

  test('names the ACL word when PTTL is denied: no TTL would be a lie', async () => {
    await using redis = await startRedis();
    await fill(redis, 3);
    await redis.client.call('ACL', 'SETUSER', 'few', 'on', '>pw', '~*', '-@all', '+scan', '+type');
    const { stream } = openTestStream(redis.port, { username: 'few', password: 'pw' });
    await expect(stream.readPage('0', 100)).rejects.toMatchObject({
      kind: 'notPermitted',
      message: expect.stringContaining('+pttl'),
    });
  });

  test('connects again after Redis was killed', async () => {
    await using redis = await startRedis();
    await fill(redis, 10);
    const { stream } = openTestStream(redis.port);
    await stream.readPage('0', 100);
    await redis.kill();
    await expect(stream.readPage('0', 100)).rejects.toMatchObject({ kind: 'unreachable' });
    await redis.restart();
    expect(await stream.keyCount()).toBe(0);
  });

  test('gives up a hung Redis within seconds and calls its own count uncertain', async () => {
    await using redis = await startRedis();
    await fill(redis, 1_000);
    const { stream, ledger } = openTestStream(redis.port);
    const walk = stream.walk({
      cursor: '0',
      count: 100,
      onPage() {
        redis.hang();
        return true;
      },
    });
    await expect(walk).rejects.toMatchObject({ kind: 'timeout', isOutcomeUnknown: true });
    expect(ledger.counts().uncertainEpoch).toBeGreaterThan(0);
    redis.resume();
    expect(await stream.keyCount()).toBe(1_000);
  });

  test('asks with a refused password three times, then only once a minute', async () => {
    await using redis = await startRedis();
    await redis.client.config('SET', 'requirepass', 'right');
    let nowMs = 0;
    const { stream } = openTestStream(redis.port, { password: 'wrong' }, () => nowMs);
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await expect(stream.keyCount()).rejects.toMatchObject({ kind: 'authentication' });
    }
    expect(await redis.client.info('commandstats')).toContain('cmdstat_auth:calls=3');
    await redis.client.config('SET', 'requirepass', 'wrong');
    nowMs = 60_000;
    expect(await stream.keyCount()).toBe(0);
  });

  test.each([
    ['garbage', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'other'],
    ['nothing and hangs up', '', 'unreachable'],
    ['that it has no room', '-ERR max number of clients reached\r\n', 'maxClients'],
  ])('is a fault, not a crash, when the other side says %s', async (_name, greeting, kind) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.end(greeting);
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const { stream } = openTestStream(port);
    await expect(stream.keyCount()).rejects.toMatchObject({ kind });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  test('refuses cursors and counts out of bounds before anything is sent', async () => {
    const { stream } = openTestStream(1);
    await expect(stream.readPage('0 MATCH *', 10)).rejects.toThrow('cursor');
    await expect(stream.readPage('0', 1_001)).rejects.toThrow('1 to 1000');
  });
});
