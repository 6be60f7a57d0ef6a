import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { RedisSettings } from '#server/config/config.ts';
import { type KeyFacts, type KeyStream, openKeyStream } from '#server/redis/keyStream.ts';
import { openLookupLedger } from '#server/redis/lookupLedger.ts';
import { openRespParser } from '#server/redis/respParser.ts';
import { freePort } from '#test/support/freePort.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

const streams: KeyStream[] = [];
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});

function open(port: number, more: Partial<RedisSettings> = {}, nowMs: () => number = Date.now) {
  const ledger = openLookupLedger();
  const settings = {
    host: '127.0.0.1',
    port,
    database: 0,
    username: null,
    password: null,
    tls: null,
    ...more,
  };
  const stream = openKeyStream({ settings, ledger, nowMs });
  streams.push(stream);
  return { stream, ledger };
}

async function walkAll(stream: KeyStream, count = 100): Promise<KeyFacts[]> {
  const keys: KeyFacts[] = [];
  await stream.walk({
    cursor: '0',
    count,
    onPage(page) {
      keys.push(...page.keys);
      return true;
    },
  });
  return keys;
}

async function fill(redis: TestRedis, count: number): Promise<void> {
  const batch = redis.client.pipeline();
  for (let at = 0; at < count; at += 1) batch.set(`key:${at}`, 'x'.repeat(at % 50));
  await batch.exec();
}

async function counters(redis: TestRedis): Promise<{ hits: number; misses: number }> {
  const info = await redis.client.info('stats');
  return {
    hits: Number(/keyspace_hits:(\d+)/.exec(info)?.[1]),
    misses: Number(/keyspace_misses:(\d+)/.exec(info)?.[1]),
  };
}

/** A SCAN's reply: the cursor, and one key of the same number. */
function scanReply(number: number): string {
  const name = `key:${number}`;
  return `*2\r\n$1\r\n${number}\r\n*1\r\n$${name.length}\r\n${name}\r\n`;
}

/** Answers look-ups, and what comes after them, when they are released. */
async function startScanServer(
  onScan: (cursor: number) => string,
  { isHolding } = { isHolding: true },
): Promise<{ port: number; held: { key: string; release: () => void }[]; close: () => Promise<void> }> {
  const held: { key: string; release: () => void }[] = [];
  const sockets = new Set<Socket>();
  const answers: Readonly<Record<string, string>> = {
    CLIENT: '+OK',
    PTTL: ':-1',
    TYPE: '+string',
    MEMORY: ':60',
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    const parser = openRespParser();
    let isHeld = false;
    let waiting = '';
    const answer = (text: string): void => {
      if (isHeld) waiting += text;
      else socket.write(text);
    };
    socket.on('data', (chunk) => {
      for (const command of parser.push(chunk)) {
        const words = (Array.isArray(command) ? command : []).map((word) => Buffer.from(word).toString());
        const [word = '', key = ''] = words;
        if (word === 'PTTL' && isHolding) {
          isHeld = true;
          held.push({
            key,
            release() {
              isHeld = false;
              socket.write(waiting);
              waiting = '';
            },
          });
        }
        answer(word === 'SCAN' ? onScan(Number(key)) : `${answers[word]}\r\n`);
      }
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    held,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('keyStream', () => {
  test('tells name, TTL, type and bytes of every key, binary names included', async () => {
    await using redis = await startRedis();
    const name = Buffer.from([0x61, 0xff, 0xfe, 0x0d, 0x0a, 0x62]);
    await redis.client.set(name, 'v', 'PX', 90_000);
    await redis.client.sadd('tag:t', 'a');
    await redis.client.set('', 'the empty name');
    const { stream } = open(redis.port);
    const { keys, nextCursor, goneCount } = await stream.readPage('0', 100);
    expect({ nextCursor, goneCount }).toEqual({ nextCursor: '0', goneCount: 0 });
    const byName = new Map(keys.map((key) => [Buffer.from(key.key).toString('hex'), key]));
    expect(byName.get(name.toString('hex'))).toMatchObject({ type: 'string' });
    expect(byName.get(name.toString('hex'))?.ttlMs).toBeGreaterThan(80_000);
    expect(byName.get(Buffer.from('tag:t').toString('hex'))).toMatchObject({ type: 'set', ttlMs: null });
    expect(byName.get('')?.bytes).toBe(await redis.client.memory('USAGE', ''));
    expect(keys).toHaveLength(3);
  });

  test('walks every key once, page after page', async () => {
    await using redis = await startRedis();
    await fill(redis, 5_000);
    const { stream } = open(redis.port);
    expect(await stream.keyCount()).toBe(5_000);
    const names = (await walkAll(stream)).map((key) => Buffer.from(key.key).toString());
    expect(names).toHaveLength(5_000);
    expect(new Set(names).size).toBe(5_000);
  });

  test('reads a name of 512 KB', async () => {
    await using redis = await startRedis();
    const name = 'k'.repeat(512 * 1024);
    await redis.client.set(name, '1');
    const { stream } = open(redis.port);
    const [key] = await walkAll(stream);
    expect(Buffer.from(key?.key ?? []).toString()).toBe(name);
  });

  test('counts its look-ups exactly as Redis does, also of keys that vanish', async () => {
    await using redis = await startRedis();
    await fill(redis, 2_000);
    await redis.client.config('RESETSTAT');
    const { stream, ledger } = open(redis.port);
    let goneCount = 0;
    await stream.walk({
      cursor: '0',
      count: 200,
      async onPage(page) {
        goneCount += page.goneCount;
        // Removed while the next page is on its way or about to be asked for.
        await redis.client.unlink(Array.from({ length: 100 }, (_, at) => `key:${goneCount + at * 17}`));
        return true;
      },
    });
    expect(ledger.counts()).toEqual({ ...(await counters(redis)), uncertainEpoch: 0 });
    expect(ledger.counts().hits).toBeGreaterThan(1_000);
  });

  test('stops when the caller has enough, with nothing left in flight', async () => {
    await using redis = await startRedis();
    await fill(redis, 2_000);
    await redis.client.config('RESETSTAT');
    const { stream, ledger } = open(redis.port);
    let pageCount = 0;
    await stream.walk({
      cursor: '0',
      count: 100,
      onPage() {
        pageCount += 1;
        return false;
      },
    });
    expect(pageCount).toBe(1);
    expect(ledger.counts()).toMatchObject(await counters(redis));
    expect(await stream.keyCount()).toBe(2_000);
  });

  test('asks for the next page as soon as its names are known, while this one is still on its way', async () => {
    const { port, held, close } = await startScanServer((cursor) => scanReply(cursor + 1));
    const { stream } = open(port);
    const seen: string[] = [];
    const walk = stream.walk({
      cursor: '0',
      count: 100,
      onPage({ keys }) {
        seen.push(...keys.map(({ key }) => Buffer.from(key).toString()));
        return seen.length < 2;
      },
    });
    await vi.waitFor(() => expect(held.map(({ key }) => key)).toContain('key:2'));
    expect(seen).toEqual([]);
    for (const { release } of held) release();
    await walk;
    expect(seen).toEqual(['key:1', 'key:2']);
    await close();
  });

  test('a SCAN that is refused on the way fails the walk, not the process', async () => {
    const { port, close } = await startScanServer(
      (cursor) => (cursor === 0 ? scanReply(1) : '-LOADING Redis is loading\r\n'),
      { isHolding: false },
    );
    const { stream } = open(port);
    const walk = stream.walk({ cursor: '0', count: 100, onPage: () => true });
    await expect(walk).rejects.toMatchObject({ kind: 'loading' });
    await close();
  });

  test('a failing onPage ends the walk with its error', async () => {
    await using redis = await startRedis();
    await fill(redis, 2_000);
    const { stream } = open(redis.port);
    const walk = stream.walk({
      cursor: '0',
      count: 100,
      onPage() {
        throw new Error('full');
      },
    });
    await expect(walk).rejects.toThrow('full');
    expect(await stream.keyCount()).toBe(2_000);
  });

  test('a page that fails while the caller is busy with the one before fails the walk, not the process', async () => {
    await using redis = await startRedis();
    await fill(redis, 1_000);
    const { stream } = open(redis.port);
    const walk = stream.walk({
      cursor: '0',
      count: 100,
      async onPage() {
        // Stopped first, so that the next page is asked for and cannot be answered.
        redis.hang();
        await redis.kill();
        // Until the socket is known to be gone, and with it the page that was on its way.
        while (await stream.keyCount().catch(() => null));
        return true;
      },
    });
    await expect(walk).rejects.toMatchObject({ kind: 'unreachable' });
  });

  test('waits for a reading of INFO that is under way', async () => {
    await using redis = await startRedis();
    await fill(redis, 10);
    const { stream, ledger } = open(redis.port);
    const reading = Promise.withResolvers<void>();
    const order: string[] = [];
    const quiet = ledger.quiet(async () => {
      await reading.promise;
      order.push(`read at ${(await counters(redis)).hits} hits`);
    });
    const page = stream.readPage('0', 100).then(() => order.push('page'));
    reading.resolve();
    await Promise.all([quiet, page]);
    expect(order).toEqual(['read at 0 hits', 'page']);
  });

  test('leaves bytes unknown when MEMORY USAGE is denied, and does not ask again for ten minutes', async () => {
    await using redis = await startRedis();
    await fill(redis, 10);
    const acl = ['ACL', 'SETUSER', 'few', 'on', '>pw', '~*', '-@all', '+scan', '+pttl', '+type'] as const;
    await redis.client.call(...acl);
    let nowMs = 1_000;
    const { stream } = open(redis.port, { username: 'few', password: 'pw' }, () => nowMs);
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
    const { stream, ledger } = open(redis.port, { username: 'few', password: 'pw' });
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
    const { stream } = open(redis.port, { username: 'few', password: 'pw' });
    await expect(stream.readPage('0', 100)).rejects.toMatchObject({
      kind: 'notPermitted',
      message: expect.stringContaining('+pttl'),
    });
  });

  test('connects again after Redis was killed', async () => {
    await using redis = await startRedis();
    await fill(redis, 10);
    const { stream } = open(redis.port);
    await stream.readPage('0', 100);
    await redis.kill();
    await expect(stream.readPage('0', 100)).rejects.toMatchObject({ kind: 'unreachable' });
    await redis.restart();
    expect(await stream.keyCount()).toBe(0);
  });

  test('gives up a hung Redis within seconds and calls its own count uncertain', async () => {
    await using redis = await startRedis();
    await fill(redis, 1_000);
    const { stream, ledger } = open(redis.port);
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
    const { stream } = open(redis.port, { password: 'wrong' }, () => nowMs);
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
    const { stream } = open(port);
    await expect(stream.keyCount()).rejects.toMatchObject({ kind });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  test('refuses cursors and counts out of bounds before anything is sent', async () => {
    const { stream } = open(1);
    await expect(stream.readPage('0 MATCH *', 10)).rejects.toThrow('cursor');
    await expect(stream.readPage('0', 1_001)).rejects.toThrow('1 to 1000');
  });
});
