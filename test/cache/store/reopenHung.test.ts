import type { Cluster } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RedisTransport } from '#cache/store/redisTransport.ts';
import { startRedisCluster, type TestCluster } from '#test/support/redis/startRedisCluster.ts';
import { startTcpProxy, type TcpProxy } from '#test/support/redis/startTcpProxy.ts';
import { until } from '../eventBus/until.ts';
import { openTransport, startBench } from '../startCache.ts';

let resources = new AsyncDisposableStack();
afterEach(async () => {
  await resources.disposeAsync();
  resources = new AsyncDisposableStack();
});

/** No breaker between, and quick to give up. */
const quick = {
  gate: { tryAcquire: () => 1, record: () => {} },
  commandTimeoutMs: 200,
  reconnectHungAfterMs: 400,
};

const get = (transport: RedisTransport, key: string) => transport.run((redis) => redis.getBuffer(key));

/** A client that reaches the master of one key by a proxy, and the others straight. */
async function connectAround(
  cluster: TestCluster,
  key: string,
): Promise<{ readonly client: Cluster; readonly proxy: TcpProxy }> {
  const { port } = await cluster.masterOf(key);
  const proxy = resources.use(await startTcpProxy(port));
  const natMap = { [`127.0.0.1:${port}`]: { host: '127.0.0.1', port: proxy.port } };
  return { proxy, client: await cluster.connect({ natMap }) };
}

/** A key of each node but that of one key. */
async function keysElsewhere(cluster: TestCluster, than: string): Promise<readonly string[]> {
  const keys = new Map<number, string>();
  for (let index = 0; keys.size < cluster.nodes.length; index += 1) {
    keys.set((await cluster.masterOf(`k${index}`)).port, `k${index}`);
  }
  keys.delete((await cluster.masterOf(than)).port);
  return [...keys.values()];
}

describe('a connection on which a reply is overdue for long', () => {
  it('is opened anew alone in a Cluster: the other nodes go on', async () => {
    const cluster = resources.use(await startRedisCluster());
    const { client, proxy } = await connectAround(cluster, 'hung');
    const others = await keysElsewhere(cluster, 'hung');
    const transport = openTransport(client, quick);
    await until(async () => {
      for (const key of ['hung', ...others])
        expect(await get(transport, key)).toMatchObject({ isDone: true });
    });
    const closed = vi.fn();
    client.on('close', closed);
    const otherEnds = new Set<unknown>();
    const readAll = async (): Promise<void> => {
      void get(transport, 'hung');
      for (const outcome of await Promise.all(others.map((key) => get(transport, key)))) {
        otherEnds.add(outcome.isDone ? 'done' : outcome.code);
      }
    };
    await proxy.hang();
    const acceptedCount = proxy.acceptedCount();
    await until(async () => {
      await readAll();
      expect(proxy.acceptedCount()).toBeGreaterThan(acceptedCount);
    });
    await proxy.pass();
    await until(async () => {
      await readAll();
      expect(await get(transport, 'hung')).toMatchObject({ isDone: true });
    });
    expect(otherEnds).not.toContain('unreachable');
    expect(otherEnds).toContain('done');
    expect(closed).not.toHaveBeenCalled();
  });

  it('is opened anew once, however many replies are overdue', async () => {
    const bench = resources.use(await startBench());
    const proxy = resources.use(await startTcpProxy(bench.redis.port));
    const client = await bench.connect({ port: proxy.port });
    const transport = openTransport(client, quick);
    const disconnect = vi.spyOn(client, 'disconnect');
    // Later ones would be of the next connection, when that hangs too on a busy machine.
    const untilClosed = new Promise((resolve) =>
      client.once('close', () => resolve([...disconnect.mock.calls])),
    );
    await proxy.blackhole();
    await Promise.all(Array.from({ length: 20 }, () => get(transport, 'x')));
    expect(await untilClosed).toEqual([[true]]);
    await proxy.pass();
    await until(async () => expect(await get(transport, 'x')).toMatchObject({ isDone: true }));
  });

  it('is left to its owner once the cache is closed', async () => {
    const bench = resources.use(await startBench());
    const [client, laterClient] = [await bench.connect(), await bench.connect()];
    const [disconnect, disconnectLater] = [client, laterClient].map((each) => vi.spyOn(each, 'disconnect'));
    bench.redis.hang();
    const transport = openTransport(client, quick);
    const reading = get(transport, 'x');
    transport.close();
    expect(await reading).toMatchObject({ code: 'timeout' });
    void get(openTransport(laterClient, quick), 'x');
    await until(() => expect(disconnectLater).toHaveBeenCalledWith(true));
    expect(disconnect).not.toHaveBeenCalled();
    bench.redis.resume();
  });
});
