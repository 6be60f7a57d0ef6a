import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTcpProxy, type TcpProxy } from '#test/support/redis/startTcpProxy.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

let redis: TestRedis;
let proxy: TcpProxy;
let client: Redis;

beforeEach(async () => {
  redis = await startRedis();
  proxy = await startTcpProxy(redis.port);
  client = await connect();
});
afterEach(async () => {
  client.disconnect();
  await proxy[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

describe('a proxy before Redis', () => {
  it('hands on without a fault, and counts connections and bytes', async () => {
    const before = proxy.bytes();
    const big = Buffer.alloc(300_000, 7);
    await client.set('big', big);
    expect(await client.getBuffer('big')).toEqual(big);
    expect(proxy.bytes().toRedis - before.toRedis).toBeGreaterThan(big.length);
    expect(proxy.bytes().toClient - before.toClient).toBeGreaterThan(big.length);
    expect(proxy.bytes()).toMatchObject({ held: 0, swallowed: 0 });
    expect([proxy.connectionCount(), proxy.acceptedCount()]).toEqual([1, 1]);
    client.disconnect();
    await eventually(() => expect(proxy.connectionCount()).toBe(0));
    expect(proxy.bytes().toRedis).toBeGreaterThan(big.length);
  });

  it('delays each direction and keeps the order', async () => {
    await proxy.latency(30);
    const startedAtMs = performance.now();
    const replies: unknown[] = [];
    await Promise.all([1, 2, 3].map(async (n) => replies.push(await client.rpush('list', n))));
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(58);
    expect(replies).toEqual([1, 2, 3]);
    expect(await redis.client.lrange('list', 0, -1)).toEqual(['1', '2', '3']);
  });

  it('keeps everything back in a hang and delivers it after', async () => {
    await proxy.hang();
    const written = client.set('x', 1);
    await eventually(() => expect(proxy.bytes().held).toBeGreaterThan(0));
    expect(await redis.client.get('x')).toBeNull();
    await proxy.pass();
    expect(await written).toBe('OK');
    expect(proxy.acceptedCount()).toBe(1);
  });

  it('runs the command and keeps back its reply when only the way to the client hangs', async () => {
    await proxy.hang('toClient');
    const written = client.set('x', 1);
    await eventually(() => expect(proxy.bytes().held).toBe('+OK\r\n'.length));
    expect(await redis.client.get('x')).toBe('1');
    await proxy.pass();
    expect(await written).toBe('OK');
  });

  it('accepts a connection in a hang, which is usable after it', async () => {
    await proxy.hang();
    const late = new Redis(proxyOptions());
    late.on('error', () => {});
    await eventually(() => expect(proxy.acceptedCount()).toBe(2));
    expect(late.status).not.toBe('ready');
    await proxy.pass();
    await eventually(() => expect(late.status).toBe('ready'));
    late.disconnect();
  });

  it('never revives a connection that lost bytes, but serves new ones', async () => {
    await proxy.blackhole();
    const isAnswered = vi.fn();
    client.set('x', 1).then(isAnswered, isAnswered);
    await eventually(() => expect(proxy.bytes().swallowed).toBeGreaterThan(0));
    const { swallowed } = proxy.bytes();
    await proxy.pass();
    client.ping().then(isAnswered, isAnswered);
    const other = await connect();
    expect(await other.get('x')).toBeNull();
    expect(proxy.bytes().swallowed).toBeGreaterThan(swallowed);
    expect(isAnswered).not.toHaveBeenCalled();
    expect(client.status).toBe('ready');
    other.disconnect();
  });

  it('tells neither side of the end of a connection that it swallows', async () => {
    await proxy.blackhole();
    await redis.kill();
    expect((await settledWithinTurns(client.ping())).isSettled).toBe(false);
    expect(client.status).toBe('ready');
    expect(proxy.connectionCount()).toBe(1);
  });

  it('resets what is open', async () => {
    const errors: string[] = [];
    client.on('error', (error: NodeJS.ErrnoException) => errors.push(String(error.code)));
    client.options.retryStrategy = () => null;
    await proxy.reset();
    await eventually(() => expect(client.status).toBe('end'));
    expect(errors).toEqual(['ECONNRESET']);
    expect(proxy.connectionCount()).toBe(0);
  });

  it('resets what is new, until it passes again', async () => {
    await proxy.reset();
    await eventually(() => expect(proxy.acceptedCount()).toBeGreaterThan(2));
    expect(client.status).not.toBe('ready');
    await proxy.pass();
    await eventually(() => expect(client.status).toBe('ready'));
    expect(await client.ping()).toBe('PONG');
  });

  it('refuses new connections while open ones go on', async () => {
    await proxy.refuse();
    expect(await client.ping()).toBe('PONG');
    const late = new Redis(proxyOptions());
    const errors: string[] = [];
    late.on('error', (error: NodeJS.ErrnoException) => errors.push(String(error.code)));
    await eventually(() => expect(errors).toContain('ECONNREFUSED'));
    expect(proxy.acceptedCount()).toBe(1);
    await proxy.pass();
    await eventually(() => expect(late.status).toBe('ready'));
    late.disconnect();
  });

  it('is seen by clients as a Redis that has gone when Redis goes', async () => {
    await redis.kill();
    await eventually(() => expect(client.status).not.toBe('ready'));
    await redis.restart();
    await eventually(() => expect(client.status).toBe('ready'));
  });
});

/** The machine may be busy with other tests. */
function eventually(check: () => void): Promise<void> {
  return vi.waitFor(check, 10_000);
}

function proxyOptions() {
  return { port: proxy.port, host: '127.0.0.1', disableClientInfo: true, retryStrategy: () => 20 };
}

async function connect(): Promise<Redis> {
  const opened = new Redis(proxyOptions());
  opened.on('error', () => {});
  await new Promise<void>((resolve) => opened.once('ready', () => resolve()));
  return opened;
}

/** Whether it ends while a hundred round trips of others do. */
async function settledWithinTurns(promise: Promise<unknown>): Promise<{ isSettled: boolean }> {
  const outcome = { isSettled: false };
  const note = () => {
    outcome.isSettled = true;
  };
  promise.then(note, note);
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return outcome;
}
