import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Redis } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openClient } from '#test/support/redis/openClient.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { openTransport } from '../startCache.ts';

let resources = new AsyncDisposableStack();
afterEach(async () => {
  await resources.disposeAsync();
  resources = new AsyncDisposableStack();
});

/** What each call told the breaker. */
function recorder() {
  const recorded: { durationMs: number; isFailure: boolean }[] = [];
  const gate = {
    tryAcquire: () => 1,
    record: (_: number, durationMs: number, isFailure: boolean) =>
      void recorded.push({ durationMs, isFailure }),
  };
  return { gate, recorded };
}

async function connect(port: number): Promise<Redis> {
  const client = openClient({ port });
  resources.defer(() => client.disconnect());
  await once(client, 'ready');
  return client;
}

/** Accepts on the port of a Redis that has gone, and says nothing: so that a client stays on its way to it. */
async function standIn(port: number): Promise<void> {
  const server = createServer((socket) => void resources.defer(() => void socket.destroy()));
  resources.defer(async () => {
    server.close();
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
}

describe('a connection that is on its way again', () => {
  it('after it was lost costs no call a timeout, and leaves nothing in its queue', async () => {
    const redis = resources.use(await startRedis());
    const client = await connect(redis.port);
    const { gate, recorded } = recorder();
    const transport = openTransport(client, { gate });
    await transport.run((to) => to.getBuffer('x'));
    await redis.kill();
    await standIn(redis.port);
    await vi.waitFor(() => expect(client.status).toBe('connect'));
    recorded.length = 0;
    const set = vi.fn(async () => 'OK');
    expect(await transport.run(set)).toMatchObject({ isDone: false, code: 'unreachable' });
    expect(set).not.toHaveBeenCalled();
    expect(recorded).toEqual([{ durationMs: 0, isFailure: true }]);
  });

  it('after it hung looks hung until it answers', async () => {
    const redis = resources.use(await startRedis());
    const client = await connect(redis.port);
    const { gate, recorded } = recorder();
    const transport = openTransport(client, { gate, commandTimeoutMs: 50, reconnectHungAfterMs: 100 });
    const get = () => transport.run((to) => to.getBuffer('x'));
    await get();
    redis.hang();
    expect(await get()).toMatchObject({ code: 'timeout' });
    await vi.waitFor(() => expect(client.status).toBe('connect'), 10_000);
    recorded.length = 0;
    const set = vi.fn(async () => 'OK');
    expect(await transport.run(set)).toMatchObject({ isDone: false, code: 'timeout' });
    expect(set).not.toHaveBeenCalled();
    expect(recorded).toEqual([{ durationMs: 50, isFailure: true }]);
    redis.resume();
    await vi.waitFor(async () => expect(await get()).toMatchObject({ isDone: true }));
  });

  it('is waited for when it is the first', async () => {
    const redis = resources.use(await startRedis());
    const client = openClient({ port: redis.port });
    resources.defer(() => client.disconnect());
    expect(client.status).toBe('connecting');
    const transport = openTransport(client, { commandTimeoutMs: 10_000 });
    expect(await transport.run((to) => to.getBuffer('x'))).toEqual({ isDone: true, reply: null });
  });
});
