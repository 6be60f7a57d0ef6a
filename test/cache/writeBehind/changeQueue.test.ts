import { describe, expect, it } from 'vitest';
import { coalesce } from '#cache/writeBehind/queue/change.ts';
import { changeKeys } from '#cache/writeBehind/queue/changeKeys.ts';
import { ChangeQueue } from '#cache/writeBehind/queue/changeQueue.ts';
import { openTransport } from '../startCache.ts';
import { benchForFile } from './benchForFile.ts';

const bench = benchForFile();
const keys = changeKeys('shop:', 'stock');

const openQueue = (holder: string) =>
  new ChangeQueue({
    transport: openTransport(bench.service),
    keys,
    holder,
    leaseMs: 10_000,
    kind: 'counter',
  });

async function add(key: string, amount: number): Promise<void> {
  await bench.redis.client.xadd(keys.queue, '*', 'k', key, 'f', '{}', 'p', String(amount));
  await bench.redis.client.hincrby(keys.pending, key, amount);
}

async function takeAll(queue: ChangeQueue) {
  const taken = await queue.take(null);
  return taken.state === 'batch' ? coalesce(taken.entries) : [];
}

const burial = { reason: 'refused', attemptCount: 5, payload: '3', counterKey: 'shop:a' };

describe('a queue of changes', () => {
  it('has one batch under way at a time, and gives it again until it is settled', async () => {
    const queue = openQueue('one');
    await add('a', 1);
    await add('b', 2);
    const first = await takeAll(queue);
    await add('a', 4);
    expect(await takeAll(queue)).toEqual(first);
    expect(await queue.settle(first.slice(0, 1))).toMatchObject({ reply: 1 });
    expect(await takeAll(queue)).toEqual(first.slice(1));
    expect(await queue.settle(first)).toMatchObject({ reply: 1 });
    expect((await takeAll(queue)).map(({ entries }) => entries.map(({ payload }) => payload))).toEqual([
      ['4'],
    ]);
    expect(await bench.redis.client.hgetall(keys.pending)).toEqual({ a: '4' });
  });

  it('gives nothing to who has not the lease, and lets them neither bury nor requeue', async () => {
    const [one, other] = [openQueue('one'), openQueue('other')];
    await add('a', 3);
    const changes = await takeAll(one);
    expect(await other.take(null)).toEqual({ state: 'busy' });
    await bench.redis.client.set(keys.lease, 'other');
    const [change] = changes;
    if (change === undefined) throw new Error('nothing was taken');
    expect(await one.bury(change, burial)).toMatchObject({ reply: -1 });
    expect(await one.requeue(changes)).toMatchObject({ reply: -1 });
    expect(await one.renew()).toBe('lost');
    await one.release();
    expect(await other.renew()).toBe('kept');
    expect(await takeAll(other)).toEqual(changes);
    expect(await other.snapshot()).toMatchObject({ queuedCount: 1, deadLetterCount: 0 });
    expect(await other.bury(change, burial)).toMatchObject({ reply: 1 });
    expect(await other.bury(change, burial)).toMatchObject({ reply: 0 });
    expect(await other.snapshot()).toMatchObject({ queuedCount: 0, deadLetterCount: 1 });
  });

  it('takes what the source has out of the queue also for one who lost the lease', async () => {
    const one = openQueue('one');
    await add('a', 3);
    const changes = await takeAll(one);
    await bench.redis.client.set(keys.lease, 'other');
    expect(await one.settle(changes)).toMatchObject({ reply: 1 });
    expect(await bench.redis.client.exists(keys.pending, keys.inFlight)).toBe(0);
  });

  it('gives the older of two batches first, and beside a stuck one only the other', async () => {
    const queue = openQueue('one');
    await add('a', 1);
    expect(await queue.take(null)).toMatchObject({ state: 'batch', lane: 'a', entries: [{ key: 'a' }] });
    await add('b', 2);
    expect(await queue.take('a')).toMatchObject({ state: 'batch', lane: 'b', entries: [{ key: 'b' }] });
    await add('c', 3);
    expect(await queue.take('a')).toMatchObject({ lane: 'b', entries: [{ key: 'b' }] });
    expect(await queue.take(null)).toMatchObject({ lane: 'a', entries: [{ key: 'a' }] });
    await queue.settle(await takeAll(queue));
    expect(await queue.take('b')).toMatchObject({ lane: 'a', entries: [{ key: 'c' }] });
    expect(await queue.take(null)).toMatchObject({ lane: 'b', entries: [{ key: 'b' }] });
  });

  it('goes on when its entries were cut by hand', async () => {
    const queue = openQueue('one');
    await add('a', 1);
    await takeAll(queue);
    await bench.redis.client.xtrim(keys.queue, 'MAXLEN', 0);
    await add('b', 2);
    expect((await takeAll(queue)).map(({ key }) => key)).toEqual(['b']);
    await queue.settle(await takeAll(queue));
    expect(await queue.take(null)).toEqual({ state: 'empty' });
    expect(await bench.redis.client.exists(keys.pending, keys.inFlight)).toBe(0);
  });
});
