import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MAX_TIMER_MS } from '#cache/resilience/checkTimerMs.ts';
import { BlockingReader } from '#cache/store/blockingReader.ts';
import { startTcpProxy } from '#test/support/redis/startTcpProxy.ts';
import { until } from '../eventBus/until.ts';
import { type CacheBench, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
  await bench.redis.client.xgroup('CREATE', 's', 'g', '$', 'MKSTREAM');
});
afterAll(() => bench[Symbol.asyncDispose]());

const readGroup = (reader: BlockingReader, mostMs: number) =>
  reader.read(
    (client, blockMs) => client.xreadgroup('GROUP', 'g', 'c', 'BLOCK', blockMs, 'STREAMS', 's', '>'),
    mostMs,
  );

/** How long a read may wait at most on a copy of the client. */
async function givenMs(client: Redis, mostMs: number): Promise<unknown> {
  const reader = new BlockingReader(client);
  const given = await reader.read(async (_, blockMs) => blockMs, mostMs);
  reader.close();
  return given.isDone ? given.reply : given;
}

describe('a blocking read', () => {
  it('gives what comes while it waits, and null when nothing does', async () => {
    const reader = new BlockingReader(await bench.connect());
    expect(await readGroup(reader, 1)).toEqual({ isDone: true, reply: null });
    const waiting = readGroup(reader, 5_000);
    await bench.redis.client.xadd('s', '1-1', 'a', 'b');
    expect(await waiting).toEqual({ isDone: true, reply: [['s', [['1-1', ['a', 'b']]]]] });
    reader.close();
  });

  it('takes a connection that says nothing for dead, and the next read has another', async () => {
    await using proxy = await startTcpProxy(bench.redis.port);
    const onBroken = vi.fn();
    const reader = new BlockingReader(await bench.connect({ port: proxy.port }), {
      onBroken,
      graceMs: 1_000,
    });
    expect(await readGroup(reader, 1)).toMatchObject({ isDone: true });
    await proxy.blackhole();
    expect(await readGroup(reader, 1)).toEqual({ isDone: false, code: 'timeout', error: null });
    reader.close();
    await proxy.pass();
    await until(async () => expect(await readGroup(reader, 1)).toMatchObject({ isDone: true }));
    expect(onBroken).not.toHaveBeenCalled();
    await proxy.reset();
    await until(() => expect(onBroken).toHaveBeenCalled());
    reader.close();
  });

  it('ends with "closed" when it is closed', async () => {
    const reader = new BlockingReader(await bench.connect());
    const waiting = readGroup(reader, 60_000);
    reader.close();
    expect(await waiting).toEqual({ isDone: false, code: 'closed', error: null });
  });

  it('fails when the client throws', async () => {
    const reader = new BlockingReader(await bench.connect());
    const error = new Error('no such command');
    const refuse = (): never => {
      throw error;
    };
    expect(await reader.read(refuse, 1)).toEqual({ isDone: false, code: 'unreachable', error });
    reader.close();
  });

  it('waits no longer than half of the tightest limit of the client, and than a timer can', async () => {
    const client = await bench.connect();
    const limited = client.duplicate({ commandTimeout: 400, socketTimeout: 1_000 });
    expect(await givenMs(limited, 300)).toBe(200);
    limited.disconnect();
    expect(await givenMs(client, 300)).toBe(300);
    expect(await givenMs(client, MAX_TIMER_MS)).toBe(MAX_TIMER_MS - 5_000);
  });

  it('never asks Redis to wait for ever, nor for a part of a millisecond', async () => {
    const client = await bench.connect();
    expect(await givenMs(client, 0.5)).toBe(1);
    expect(await givenMs(client, 2.5)).toBe(2);
  });
});
