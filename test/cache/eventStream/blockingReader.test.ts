import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BlockingReader } from '#cache/eventStream/blockingReader.ts';
import { startTcpProxy } from '#test/support/redis/startTcpProxy.ts';
import { until } from '../eventBus/until.ts';
import { type CacheBench, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
  await bench.redis.client.xgroup('CREATE', 's', 'g', '$', 'MKSTREAM');
});
afterAll(() => bench[Symbol.asyncDispose]());

const read = (blockMs: number) => ['GROUP', 'g', 'c', 'BLOCK', blockMs, 'STREAMS', 's', '>'];

describe('a blocking read', () => {
  it('gives what comes while it waits, and null when nothing does', async () => {
    const reader = new BlockingReader(await bench.connect(), () => {});
    expect(await reader.read(read(1), 1)).toEqual({ isDone: true, reply: null });
    const waiting = reader.read(read(5_000), 5_000);
    await bench.redis.client.xadd('s', '1-1', 'a', 'b');
    expect(await waiting).toEqual({ isDone: true, reply: [['s', [['1-1', ['a', 'b']]]]] });
    reader.close();
  });

  it('takes a connection that says nothing for dead, and the next read has another', async () => {
    await using proxy = await startTcpProxy(bench.redis.port);
    const onBroken = vi.fn();
    const reader = new BlockingReader(await bench.connect({ port: proxy.port }), onBroken, 100);
    expect(await reader.read(read(1), 1)).toMatchObject({ isDone: true });
    await proxy.blackhole();
    expect(await reader.read(read(1), 1)).toEqual({ isDone: false, code: 'timeout', error: null });
    reader.close();
    await proxy.pass();
    await until(async () => expect(await reader.read(read(1), 1)).toMatchObject({ isDone: true }));
    expect(onBroken).not.toHaveBeenCalled();
    await proxy.reset();
    await until(() => expect(onBroken).toHaveBeenCalled());
    reader.close();
  });

  it('ends with "closed" when it is closed', async () => {
    const reader = new BlockingReader(await bench.connect(), () => {});
    const waiting = reader.read(read(60_000), 60_000);
    reader.close();
    expect(await waiting).toEqual({ isDone: false, code: 'closed', error: null });
  });

  it('is given half of the time after which the client would give it up, by its tightest limit', async () => {
    const client = await bench.connect();
    expect(new BlockingReader(client, () => {}).maxBlockMs).toBe(Number.POSITIVE_INFINITY);
    const limited = client.duplicate({ commandTimeout: 400, socketTimeout: 1_000 });
    expect(new BlockingReader(limited, () => {}).maxBlockMs).toBe(200);
    limited.disconnect();
  });
});
