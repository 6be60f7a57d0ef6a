import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { answersKey } from '#shared/control/controlAnswer.ts';
import { commandsKey } from '#shared/control/controlCommand.ts';
import { startRedisCluster } from '#test/support/redis/startRedisCluster.ts';
import { until } from '../eventBus/until.ts';
import { type CacheBench, startBench } from '../startCache.ts';
import { answersTo, completed, type OpenedChannel, openChannel, send } from './openChannel.ts';

let bench: CacheBench;
let redis: Redis;
const opened: OpenedChannel[] = [];
beforeAll(async () => {
  bench = await startBench();
});
beforeEach(async () => {
  redis = await bench.connect();
  await redis.flushall();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ channel }) => channel.close()));
});
afterAll(() => bench[Symbol.asyncDispose]());

function open(...args: Parameters<typeof openChannel>): OpenedChannel {
  const channel = openChannel(...args);
  opened.push(channel);
  return channel;
}

/** Waits for so many answers to the command, and for those of a ping after it, so that none can come later. */
async function settled(id: string, count: number) {
  await until(async () => expect((await answersTo(redis, id)).length).toBeGreaterThanOrEqual(count));
  const ping = await send(redis, { kind: 'ping' });
  await until(async () => expect(await answersTo(redis, ping)).toHaveLength(opened.length));
  return answersTo(redis, id);
}

describe('a command for the service', () => {
  it('that starts a warmer is done by exactly one of its instances', async () => {
    const instances = ['a', 'b', 'c'].map((name) => open(redis, name));
    for (let round = 0; round < 10; round += 1) {
      await settled(await send(redis, { kind: 'warm.start', warmer: 'top', perSecond: null }), 2);
    }
    expect(instances.reduce((sum, { warm }) => sum + warm.mock.calls.length, 0)).toBe(10);
  });

  it('is done once also when the reply to the claim is lost, and the client claims it again', async () => {
    const instances = ['a', 'b'].map((name) => open(redis, name, { areRepliesLost: true }));
    await send(redis, { kind: 'warm.start', warmer: 'top', perSecond: null });
    const callCount = () => instances.reduce((sum, { warm }) => sum + warm.mock.calls.length, 0);
    await vi.waitFor(() => expect(callCount()).toBe(1));
    const ping = await send(redis, { kind: 'ping' });
    await vi.waitFor(async () =>
      expect(new Set((await answersTo(redis, ping)).map(({ from }) => from))).toEqual(new Set(['a', 'b'])),
    );
    expect(callCount()).toBe(1);
  });

  it('that cancels a warmer reaches whichever instance runs it', async () => {
    const [a, b] = [open(redis, 'a'), open(redis, 'b')];
    a.cancelWarm.mockReturnValue(false);
    const id = await send(redis, { kind: 'warm.cancel', warmer: 'top' });
    const answers = await settled(id, 2);
    expect(answers.map(({ from, state, reason }) => [from, state, reason]).sort()).toEqual([
      ['a', 'failed', 'notRunning'],
      ['b', 'done', ''],
    ]);
    expect(b.cancelWarm).toHaveBeenCalledExactlyOnceWith('top');
  });

  it('that asks who is there is answered by all', async () => {
    open(redis, 'a');
    open(redis, 'b');
    const answers = await settled(await send(redis, { kind: 'ping' }), 2);
    expect(answers.map(({ from, version, state }) => [from, version, state]).sort()).toEqual([
      ['a', '1.0', 'done'],
      ['b', '1.0', 'done'],
    ]);
  });
});

describe('a command for one instance', () => {
  it('is done by that one alone', async () => {
    const [a, b] = [open(redis, 'a'), open(redis, 'b')];
    const id = await send(redis, { kind: 'breaker.force', state: 'open' }, { to: 'b' });
    expect(await settled(id, 1)).toHaveLength(1);
    expect(b.forceBreaker).toHaveBeenCalledExactlyOnceWith('open');
    expect(a.forceBreaker).not.toHaveBeenCalled();
  });

  it('takes the force back with auto', async () => {
    const a = open(redis, 'a');
    await settled(await send(redis, { kind: 'breaker.force', state: 'auto' }, { to: 'a' }), 1);
    expect(a.forceBreaker).toHaveBeenCalledExactlyOnceWith(null);
  });
});

describe('a warmer', () => {
  it('is begun at the given rate, tells how far it is, and what came of it last', async () => {
    const { warm, events } = open(redis, 'a');
    warm.mockImplementation(async () => {
      const event = { warmer: 'top', plannedCount: 3, reason: 'stage 1 of 1' } as const;
      events.emit('warm', { ...event, state: 'started', doneCount: 0 });
      events.emit('warm', { ...event, state: 'progressed', doneCount: 2 });
      events.emit('warm', { ...event, warmer: 'another', state: 'progressed', doneCount: 9 });
      return completed;
    });
    const id = await send(redis, { kind: 'warm.start', warmer: 'top', perSecond: 20 });
    const answers = await settled(id, 4);
    expect(answers.map(({ state, doneCount, plannedCount }) => [state, doneCount, plannedCount])).toEqual([
      ['accepted', null, null],
      ['progressed', 0, 3],
      ['progressed', 2, 3],
      ['done', 3, 3],
    ]);
    expect(warm.mock.calls[0]?.[1]).toMatchObject({ perSecond: 20 });
  });

  it('that did not complete has failed, with its reason', async () => {
    const { warm } = open(redis, 'a');
    warm.mockResolvedValue({ ...completed, state: 'leased', reason: 'Another instance warms' });
    const answers = await settled(
      await send(redis, { kind: 'warm.start', warmer: 'top', perSecond: null }),
      2,
    );
    expect(answers.at(-1)).toMatchObject({
      state: 'failed',
      reason: 'leased',
      text: 'Another instance warms',
    });
  });

  it('that is not declared is answered with the code of the error', async () => {
    open(redis, 'a');
    const answers = await settled(await send(redis, { kind: 'warm.start', warmer: 'x', perSecond: null }), 2);
    expect(answers.at(-1)).toMatchObject({ state: 'failed', reason: 'unknownWarmer' });
  });

  it('ends when the channel is closed', async () => {
    const { warm, channel } = open(redis, 'a');
    warm.mockImplementation(
      (_, options) =>
        new Promise((resolve) => {
          options?.signal?.addEventListener('abort', () => resolve({ ...completed, state: 'cancelled' }));
        }),
    );
    const id = await send(redis, { kind: 'warm.start', warmer: 'top', perSecond: null });
    await vi.waitFor(() => expect(warm).toHaveBeenCalled());
    await channel.close();
    expect((await answersTo(redis, id)).at(-1)).toMatchObject({ state: 'failed', reason: 'cancelled' });
  });
});

describe('an entry', () => {
  it('is compared by one instance, which says what came of it', async () => {
    const instances = [open(redis, 'a'), open(redis, 'b')];
    const answers = await settled(await send(redis, { kind: 'entry.verify', key: 'shop:product:7' }), 2);
    expect(answers.map(({ state, reason, text }) => [state, reason, text])).toEqual([
      ['accepted', '', ''],
      ['done', 'same', 'The source gives what is stored. Stored 12 s ago.'],
    ]);
    expect(instances.flatMap(({ verifyKey }) => verifyKey.mock.calls)).toEqual([['shop:product:7']]);
  });
});

describe('what is not done', () => {
  it('is a command of a later release, which is answered once', async () => {
    open(redis, 'a');
    open(redis, 'b');
    const kind = await settled(await send(redis, { kind: 'cache.flush' }), 1);
    expect(kind.map(({ state }) => state)).toEqual(['unsupported']);
    const format = await settled(await send(redis, { kind: 'ping' }, { v: 2 }), 1);
    expect(format.map(({ state }) => state)).toEqual(['unsupported']);
  });

  it('is what has no signature, a wrong one, or one for another service, where there is a secret', async () => {
    const secret = 'between us';
    const { forceBreaker } = open(redis, 'a', { secret });
    const force = { kind: 'breaker.force', state: 'open' } as const;
    const refused = [
      await send(redis, force, { to: 'a' }),
      await send(redis, force, { to: 'a', secret: 'a guess' }),
      await send(redis, force, { to: 'a', secret, signedFor: commandsKey('stock:') }),
    ];
    for (const id of refused) {
      await vi.waitFor(async () => {
        expect(await answersTo(redis, id)).toMatchObject([{ state: 'refused', reason: 'badSignature' }]);
      });
    }
    expect(forceBreaker).not.toHaveBeenCalled();
    const good = await send(redis, force, { to: 'a', secret });
    await vi.waitFor(async () => expect(await answersTo(redis, good)).toMatchObject([{ state: 'done' }]));
    expect(forceBreaker).toHaveBeenCalledTimes(1);
  });

  it('is one that is sent again, whoever heard it first', async () => {
    const a = open(redis, 'a');
    const id = await send(redis, { kind: 'warm.start', warmer: 'top', perSecond: null }, { id: 'once' });
    await settled(id, 2);
    await send(redis, { kind: 'warm.start', warmer: 'top', perSecond: null }, { id: 'once' });
    const b = open(redis, 'b');
    expect(await settled(id, 2)).toHaveLength(2);
    expect(a.warm.mock.calls.length + b.warm.mock.calls.length).toBe(1);
  });

  it('is one that is too old, or too far ahead', async () => {
    const { forceBreaker } = open(redis, 'a');
    for (const offMs of [-61_000, 61_000]) {
      const command = { kind: 'breaker.force', state: 'open' } as const;
      const id = await send(redis, command, { to: 'a', atMs: Date.now() + offMs });
      expect(await settled(id, 1)).toMatchObject([{ state: 'refused', reason: 'tooOld' }]);
    }
    expect(forceBreaker).not.toHaveBeenCalled();
  });

  it('is old history, without a word', async () => {
    const atMs = Date.now() - 120_000;
    const body = JSON.stringify({ v: 1, id: 'old', to: null, atMs, command: { kind: 'ping' } });
    await redis.xadd(commandsKey('shop:'), `${atMs}-0`, 'body', body);
    open(redis, 'a');
    await settled(await send(redis, { kind: 'ping' }), 1);
    expect(await answersTo(redis, 'old')).toEqual([]);
  });

  it('is no command at all, which is answered by its place in the stream', async () => {
    open(redis, 'a');
    const id = await redis.xadd(commandsKey('shop:'), '*', 'nonsense', '1');
    expect(await settled(String(id), 1)).toMatchObject([{ state: 'refused', reason: 'malformed' }]);
  });

  it('is a force on a breaker that names no instance', async () => {
    const { forceBreaker } = open(redis, 'a');
    const answers = await settled(await send(redis, { kind: 'breaker.force', state: 'open' }), 1);
    expect(answers).toMatchObject([{ state: 'refused', reason: 'notAddressed' }]);
    expect(forceBreaker).not.toHaveBeenCalled();
  });
});

describe('the channel', () => {
  it('does what was sent shortly before it began', async () => {
    const id = await send(redis, { kind: 'warm.start', warmer: 'top', perSecond: null });
    const { warm } = open(redis, 'a');
    await settled(id, 2);
    expect(warm).toHaveBeenCalledTimes(1);
  });

  it('hears again after its connection was killed, and does nothing twice', async () => {
    const { warm } = open(redis, 'a');
    await settled(await send(redis, { kind: 'warm.start', warmer: 'top', perSecond: null }), 2);
    await bench.redis.client.client('KILL', 'TYPE', 'NORMAL');
    const id = await send(redis, { kind: 'warm.start', warmer: 'top', perSecond: null });
    await vi.waitFor(async () => expect(await answersTo(redis, id)).toHaveLength(2), 5_000);
    expect(warm).toHaveBeenCalledTimes(2);
  });

  it('works on a client whose commands time out soon', async () => {
    await redis.config('RESETSTAT');
    const hasty = redis.duplicate({ commandTimeout: 2_000 });
    const { events } = open(hasty, 'a');
    const failed = vi.fn();
    events.on('fallback', failed);
    // Two waits that ended without a command.
    await vi.waitFor(async () => {
      expect(await redis.info('commandstats')).toMatch(/cmdstat_xread:calls=([4-9]|\d\d)/);
    }, 20_000);
    await settled(await send(redis, { kind: 'ping' }), 1);
    hasty.disconnect();
    expect(failed).not.toHaveBeenCalled();
  });

  it('keeps its answers short', async () => {
    open(redis, 'a');
    const filler = Array.from({ length: 3_000 }, () => redis.xadd(answersKey('shop:'), '*', 'body', 'x'));
    await Promise.all(filler);
    await settled(await send(redis, { kind: 'ping' }), 1);
    expect(await redis.xlen(answersKey('shop:'))).toBeLessThan(1_200);
  });

  it('refuses an empty secret', () => {
    expect(() => openChannel(redis, 'a', { secret: '' })).toThrow('control.secret');
  });

  it('works in a Cluster, whatever slots its keys are in', async () => {
    await using cluster = await startRedisCluster();
    const client = await cluster.connect();
    const [a, b] = [openChannel(client, 'a'), openChannel(client, 'b')];
    const id = await send(client, { kind: 'warm.start', warmer: 'top', perSecond: null });
    await vi.waitFor(async () => expect(await answersTo(client, id)).toHaveLength(2), 5_000);
    expect(a.warm.mock.calls.length + b.warm.mock.calls.length).toBe(1);
    await Promise.all([a.channel.close(), b.channel.close()]);
  });
});
