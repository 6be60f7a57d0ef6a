import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Interleaving, openInterleaving } from '#test/support/interleaving/openInterleaving.ts';
import { openNodeClient } from '#test/support/redis/openNodeClient.ts';
import { startTcpProxy } from '#test/support/redis/startTcpProxy.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

const SEEDS = Array.from({ length: 200 }, (_, index) => index + 1);

let redis: TestRedis;
let first: Redis;
let second: Redis;

beforeAll(async () => {
  redis = await startRedis();
  first = await openNodeClient(redis.port);
  second = await openNodeClient(redis.port);
});
afterAll(async () => {
  first.disconnect();
  second.disconnect();
  await redis[Symbol.asyncDispose]();
});
beforeEach(async () => void (await redis.client.flushall()));

describe('an interleaving', () => {
  it('finds the lost increment of a counter that is read and then written', async () => {
    expect(new Set(await countAfterAll(addByReading))).toEqual(new Set([1, 2]));
  });

  it('finds none when Redis itself adds', async () => {
    expect(new Set(await countAfterAll((client, key) => client.incr(key)))).toEqual(new Set([2]));
  });

  it('has the same order for the same seed, and many orders over all', async () => {
    const once = await tracesOf(addByReading);
    await redis.client.flushall();
    expect(await tracesOf(addByReading)).toEqual(once);
    expect(new Set(once).size).toBeGreaterThan(30);
  });

  it('sends the commands of one client in order and delivers its replies in order', async () => {
    for (const seed of SEEDS.slice(0, 50)) {
      const interleaving = openInterleaving(seed);
      const client = interleaving.wrap(first, 'a');
      const replied: number[] = [];
      const push = async (value: number) => replied.push(await client.rpush(`list${seed}`, value));
      await interleaving.runUntilSettled([push(1), push(2), push(3)]);
      expect(replied).toEqual([1, 2, 3]);
      expect(await redis.client.lrange(`list${seed}`, 0, -1)).toEqual(['1', '2', '3']);
    }
  });

  it('lets a second command be sent before the reply to the first is delivered', async () => {
    const traces = await tracesOf((client) => Promise.all([client.get('x'), client.get('y')]));
    expect(traces.some((trace) => trace.includes('a > get x|a > get y'))).toBe(true);
  });

  it('holds the steps of loaders among the others', async () => {
    const orders = new Set<string>();
    for (const seed of SEEDS.slice(0, 50)) {
      const interleaving = openInterleaving(seed);
      const client = interleaving.wrap(first, 'a');
      await interleaving.runUntilSettled([interleaving.step('load'), client.get('x')]);
      orders.add(interleaving.trace.join('|'));
    }
    expect(orders).toEqual(
      new Set(['load|a > get x|a < get x', 'a > get x|load|a < get x', 'a > get x|a < get x|load']),
    );
  });

  it('answers with values and fails as the actor that failed, after all have settled', async () => {
    const interleaving = openInterleaving(1);
    const client = interleaving.wrap(first);
    expect(await interleaving.runUntilSettled([client.set('x', 1), client.getBuffer('x')])).toEqual([
      'OK',
      Buffer.from('1'),
    ]);
    let isOtherDone = false;
    const other = client.get('x').then(() => {
      isOtherDone = true;
    });
    await expect(interleaving.runUntilSettled([client.hget('x', 'f'), other])).rejects.toThrow('WRONGTYPE');
    expect(isOtherDone).toBe(true);
  });

  it('keeps back what actors left behind, until it is asked to go on', async () => {
    const interleaving = openInterleaving(3);
    const client = interleaving.wrap(first);
    let isStored = false;
    const actor = async () => {
      client.set('x', 'behind').then(() => {
        isStored = true;
      });
    };
    await interleaving.runUntilSettled([actor()]);
    expect(isStored).toBe(false);
    await interleaving.runUntilIdle();
    expect(isStored).toBe(true);
  });

  it('is out of the way once closed', async () => {
    const interleaving = openInterleaving(1);
    const client = interleaving.wrap(first);
    const held = client.set('x', 1);
    await interleaving.close();
    expect(await held).toBe('OK');
    expect(await client.get('x')).toBe('1');
    await interleaving.step('free');
  });

  it('runs a transaction as one step and names its commands', async () => {
    const interleaving = openInterleaving(1);
    const client = interleaving.wrap(first, 'a');
    const [results] = await interleaving.runUntilSettled([client.multi().set('x', 1).incr('x').exec()]);
    expect(results).toEqual([
      [null, 'OK'],
      [null, 2],
    ]);
    expect(interleaving.trace).toEqual(['a > multi(set x, incr x)', 'a < multi(set x, incr x)']);
  });

  it('passes on what is no command', async () => {
    const interleaving = openInterleaving(1);
    const client = interleaving.wrap(first);
    expect([client.status, client.options.port]).toEqual(['ready', redis.port]);
    expect(client.on('custom', () => {})).toBe(client);
    client.removeAllListeners('custom');
  });

  it('holds the commands of a scan stream', async () => {
    await redis.client.sadd('set', 'a');
    const interleaving = openInterleaving(1);
    const stream = interleaving.wrap(first, 'a').sscanStream('set');
    const members: unknown[] = [];
    stream.on('data', (batch: string[]) => members.push(...batch));
    await interleaving.runUntilSettled([once(stream, 'end')]);
    expect(members).toEqual(['a']);
    expect(interleaving.trace).toEqual(['a > sscan set', 'a < sscan set']);
  });

  it('delivers messages of channels as steps, so that some come before and some after what others do', async () => {
    const subscriber = await openNodeClient(redis.port);
    const orders = new Set<string>();
    const runWorld = async (interleaving: Interleaving) => {
      const [listener, publisher] = [interleaving.wrap(subscriber, 'l'), interleaving.wrap(first, 'p')];
      const seen: string[] = [];
      const hear = (_channel: string, text: string) => void seen.push(text);
      listener.on('message', hear);
      await interleaving.runUntilSettled([listener.subscribe('c')]);
      await interleaving.runUntilSettled([publisher.publish('c', '1'), publisher.publish('c', '2')]);
      await interleaving.runUntilIdle();
      listener.off('message', hear);
      expect(subscriber.listenerCount('message')).toBe(0);
      expect(seen).toEqual(['1', '2']);
      return interleaving.trace.join('|');
    };
    for (const seed of SEEDS.slice(0, 50)) {
      const order = await runWorld(openInterleaving(seed));
      expect(await runWorld(openInterleaving(seed))).toBe(order);
      orders.add(order);
    }
    expect(orders.size).toBeGreaterThan(5);
    subscriber.disconnect();
  });

  it('brings in a message with the step that causes it, however slow its way', async () => {
    await using proxy = await startTcpProxy(redis.port);
    const subscriber = await openNodeClient(proxy.port);
    const interleaving = openInterleaving(1);
    const [listener, publisher] = [interleaving.wrap(subscriber, 'l'), interleaving.wrap(first, 'p')];
    const seen: string[] = [];
    listener.on('message', (_channel, text) => seen.push(text));
    await interleaving.runUntilSettled([listener.subscribe('c')]);
    await proxy.latency(20, 'toClient');
    await interleaving.runUntilSettled([publisher.publish('c', 'late')]);
    await interleaving.runUntilIdle();
    expect(seen).toEqual(['late']);
    subscriber.disconnect();
  });

  it('does not wait for a command that blocks, and answers it when another client has done its part', async () => {
    const orders = new Set<string>();
    const runWorld = async (seed: number) => {
      await redis.client.del('stream');
      const interleaving = openInterleaving(seed);
      const [reader, writer] = [interleaving.wrap(first, 'r'), interleaving.wrap(second, 'w')];
      await interleaving.runUntilSettled([
        reader.xread('BLOCK', 5000, 'STREAMS', 'stream', '0'),
        writer.xadd('stream', '1-1', 'f', 'v'),
        writer.get('x'),
      ]);
      return interleaving.trace.join('|');
    };
    for (const seed of SEEDS.slice(0, 50)) {
      const order = await runWorld(seed);
      expect(await runWorld(seed)).toBe(order);
      orders.add(order);
    }
    expect(orders.size).toBeGreaterThan(5);
  });

  it('holds the commands of a duplicate as those of another client', async () => {
    const interleaving = openInterleaving(1);
    const copy = interleaving.wrap(first, 'a').duplicate();
    await interleaving.runUntilSettled([copy.get('x')]);
    expect(interleaving.trace).toEqual(["a' > get x", "a' < get x"]);
    copy.disconnect();
  });

  it('waits for timers of actors that hold nothing', async () => {
    const interleaving = openInterleaving(1);
    const client = interleaving.wrap(first, 'a');
    const late = async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return client.set('x', 1);
    };
    expect(await interleaving.runUntilSettled([late()])).toEqual(['OK']);
  });

  it('names a deadlock with its seed, what is held and the last steps', async () => {
    const interleaving = openInterleaving(7, { patienceMs: 50 });
    const client = interleaving.wrap(first, 'a');
    const actor = async () => {
      await client.set('x', 1);
      await new Promise(() => {});
    };
    await expect(interleaving.runUntilSettled([actor()])).rejects.toThrow(
      /^Seed 7: a deadlock: .*\nHeld: nothing\. Waiting in Redis: nothing\.\nLast steps: a > set x \| a < set x$/,
    );
  });

  it('names the command that Redis does not answer', async () => {
    const interleaving = openInterleaving(7, { patienceMs: 50 });
    const client = interleaving.wrap(second, 'a');
    redis.hang();
    const reply = client.get('x');
    await expect(interleaving.runUntilSettled([reply])).rejects.toThrow(
      'Seed 7: no end of the step "a > get x"',
    );
    redis.resume();
    await interleaving.close();
    expect(await reply).toBeNull();
  });
});

async function addByReading(client: Redis, key: string): Promise<void> {
  const count = Number(await client.get(key));
  await client.set(key, count + 1);
}

/** The counter after two actors have added 1, for each seed. */
async function countAfterAll(add: (client: Redis, key: string) => Promise<unknown>): Promise<number[]> {
  const counts: number[] = [];
  for (const seed of SEEDS) {
    await twoActors(openInterleaving(seed), (client) => add(client, `counter${seed}`));
    counts.push(Number(await redis.client.get(`counter${seed}`)));
  }
  return counts;
}

async function tracesOf(act: (client: Redis, key: string) => Promise<unknown>): Promise<string[]> {
  const traces: string[] = [];
  for (const seed of SEEDS) {
    const interleaving = openInterleaving(seed);
    await twoActors(interleaving, (client) => act(client, 'counter'));
    traces.push(interleaving.trace.join('|'));
  }
  return traces;
}

async function twoActors(interleaving: Interleaving, act: (client: Redis) => Promise<unknown>) {
  const actors = [interleaving.wrap(first, 'a'), interleaving.wrap(second, 'b')].map(act);
  await interleaving.runUntilSettled(actors);
}
