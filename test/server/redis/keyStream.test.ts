import { describe, expect, test, vi } from 'vitest';
import { startRedis } from '#test/support/startRedis.ts';
import { counters, fill, openTestStream, scanReply, startScanServer, walkAll } from './openTestStream.ts';

describe('keyStream', () => {
  test('tells name, TTL, type and bytes of every key, binary names included', async () => {
    await using redis = await startRedis();
    const name = Buffer.from([0x61, 0xff, 0xfe, 0x0d, 0x0a, 0x62]);
    await redis.client.set(name, 'v', 'PX', 90_000);
    await redis.client.sadd('tag:t', 'a');
    await redis.client.set('', 'the empty name');
    const { stream } = openTestStream(redis.port);
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
    const { stream } = openTestStream(redis.port);
    expect(await stream.keyCount()).toBe(5_000);
    const names = (await walkAll(stream)).map((key) => Buffer.from(key.key).toString());
    expect(names).toHaveLength(5_000);
    expect(new Set(names).size).toBe(5_000);
  });

  test('reads a name of 512 KB', async () => {
    await using redis = await startRedis();
    const name = 'k'.repeat(512 * 1024);
    await redis.client.set(name, '1');
    const { stream } = openTestStream(redis.port);
    const [key] = await walkAll(stream);
    expect(Buffer.from(key?.key ?? []).toString()).toBe(name);
  });

  test('counts its look-ups exactly as Redis does, also of keys that vanish', async () => {
    await using redis = await startRedis();
    await fill(redis, 2_000);
    await redis.client.config('RESETSTAT');
    const { stream, ledger } = openTestStream(redis.port);
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
    const { stream, ledger } = openTestStream(redis.port);
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
    const { stream } = openTestStream(port);
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
    const { stream } = openTestStream(port);
    const walk = stream.walk({ cursor: '0', count: 100, onPage: () => true });
    await expect(walk).rejects.toMatchObject({ kind: 'loading' });
    await close();
  });

  test('a failing onPage ends the walk with its error', async () => {
    await using redis = await startRedis();
    await fill(redis, 2_000);
    const { stream } = openTestStream(redis.port);
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
    const { stream } = openTestStream(redis.port);
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
    const { stream, ledger } = openTestStream(redis.port);
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
});
