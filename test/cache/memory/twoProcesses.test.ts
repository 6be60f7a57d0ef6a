import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startTcpProxy, type TcpProxy } from '#test/support/redis/startTcpProxy.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

interface Instance {
  ask(question: string): Promise<unknown>;
}

let redis: TestRedis;
let proxy: TcpProxy;
let near: Instance;
let far: Instance;
const children: ChildProcess[] = [];

/** A process whose questions are answered one after the other. */
async function startInstance(port: number): Promise<Instance> {
  const child = fork(new URL('./cacheProcess.ts', import.meta.url), [String(port), 'old']);
  children.push(child);
  await once(child, 'message');
  return {
    ask: async (question) => {
      child.send(question);
      const [reply] = await once(child, 'message');
      return reply;
    },
  };
}

beforeEach(async () => {
  redis = await startRedis();
  proxy = await startTcpProxy(redis.port);
  near = await startInstance(redis.port);
  far = await startInstance(proxy.port);
  await vi.waitFor(async () => {
    for (const instance of [near, far]) {
      expect(await instance.ask('state')).toMatchObject({ coherence: 'live' });
    }
  }, 5_000);
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    const ended = once(child, 'exit');
    child.disconnect();
    await ended;
  }
  await proxy[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

/** The far instance holds the old page in its L1: it reads it without Redis being asked. */
async function fillL1(): Promise<void> {
  expect(await near.ask('get')).toBe('old');
  await vi.waitFor(async () => {
    await far.ask('get');
    await redis.client.config('RESETSTAT');
    expect(await far.ask('get')).toBe('old');
    expect(await redis.client.info('commandstats')).not.toMatch(/cmdstat_get:/);
  });
}

async function change(): Promise<void> {
  await near.ask('new');
  await far.ask('new');
  expect(await near.ask('invalidate')).toMatchObject({ state: 'done' });
}

it('an invalidation reaches the L1 of the other process', async () => {
  await fillL1();
  await change();
  await vi.waitFor(async () => expect(await far.ask('get')).toBe('new'));
});

it.each([
  ['its connections are reset', (cut: TcpProxy) => cut.reset()],
  ['its connections hang', (cut: TcpProxy) => cut.hang()],
  ['only what comes from Redis is kept back', (cut: TcpProxy) => cut.hang('toClient')],
  ['its connections are half open', (cut: TcpProxy) => cut.blackhole()],
])('after a reconnect nothing old is served that was invalidated while %s', async (_, cutOff) => {
  await fillL1();
  await cutOff(proxy);
  await change();
  await vi.waitFor(async () => expect(await far.ask('state')).toMatchObject({ coherence: 'lost' }), 10_000);
  await proxy.pass();
  await vi.waitFor(async () => expect(await far.ask('state')).toMatchObject({ coherence: 'live' }), 20_000);
  // From the first read on: there is no moment in which the subscription stands and the old page is served.
  for (let read = 0; read < 20; read += 1) expect(await far.ask('get')).toBe('new');
});

it('what a process reads while its messages are kept back does not outlive the interruption', async () => {
  await proxy.hang('toClient');
  const reading = far.ask('get');
  await vi.waitFor(async () => expect(await redis.client.exists('shop:page:1')).toBe(0));
  await reading;
  await change();
  await proxy.pass();
  await vi.waitFor(async () => expect(await far.ask('state')).toMatchObject({ coherence: 'live' }), 20_000);
  for (let read = 0; read < 20; read += 1) expect(await far.ask('get')).toBe('new');
});
