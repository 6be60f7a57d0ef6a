import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MissedKey } from '#server/jobs/probe/hottestMissed.ts';
import type { WarmHook } from '#server/jobs/warm/hook/postKeys.ts';
import { HOOK_WARMER } from '#shared/acting/warmHook.ts';
import { formatKey } from '#shared/keyText.ts';
import { type CacheBench, startBench } from '#test/cache/startCache.ts';
import { warmingHarness } from '#test/support/jobs/warmingHarness.ts';
import { startHookService } from '#test/support/services/hookService.ts';

let bench: CacheBench;
let redis: Redis;
beforeAll(async () => {
  bench = await startBench();
  redis = await bench.connect();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await redis.flushall()));

/** Not UTF-8, and hidden characters. */
const ODD_KEY = Buffer.from([0x73, 0x68, 0x6f, 0x70, 0x3a, 0xff, 0x00, 0x5c]);

function missed(count: number): MissedKey[] {
  const plain = Array.from({ length: count }, (_, at) => Buffer.from(`shop:product:${at}`));
  return [ODD_KEY, ...plain].map((key, at) => ({ keyText: formatKey(key), count: 1_000 - at, error: 0 }));
}

interface OpenOptions {
  readonly count?: number;
  readonly hook?: Partial<WarmHook>;
  readonly keys?: readonly MissedKey[];
}

async function open({ count = 40, hook = {}, keys = missed(count) }: OpenOptions = {}) {
  const service = await startHookService(redis);
  const hooks = [{ prefix: 'shop:', url: service.url, secret: null, secretFile: null, ...hook }];
  const others = [{ keyText: 'other:1', count: 5_000, error: 0 }];
  const missCount = [...others, ...keys].reduce((sum, key) => sum + key.count, 0);
  const misses = { keys: [...others, ...keys], missCount, atMs: 1_000, attachedMs: 30_000 };
  const harness = warmingHarness({ redis: bench.redis, change: { hooks }, misses: () => misses });
  const plan = (more = {}) => harness.plan({ warmer: HOOK_WARMER, perSecond: 1_000, ...more });
  return { ...harness, ...service, plan };
}

describe('a plan for a hook', () => {
  it('is of the keys of the service that were missed most and are missing now, and what they stand for', async () => {
    const { plan, batches } = await open();
    for (const at of [0, 1, 2]) await redis.set(`shop:product:${at}`, 'there');
    const made = await plan({ perSecond: 10 });
    expect(made).toMatchObject({
      ...{ kind: 'warm', warmer: HOOK_WARMER, subject: `shop: ${HOOK_WARMER}`, perSecond: 10, room: 'fits' },
      preview: { entryCount: 41, freshCount: 3, sampledCount: 41, perSecond: 50 },
      loadCount: { value: 38, low: 38, high: 38, isExact: true },
      duration: { value: 3_800 },
      hook: { measuredAtMs: 1_000, measuredMs: 30_000, missCount: 45_180 },
    });
    const share = (1_000 + 37 * 978.999) / 45_180;
    expect(made.hook?.leastShare).toBeCloseTo(share, 1);
    expect(made.hook?.mostShare).toBe(made.hook?.leastShare);
    expect(batches).toEqual([]);
  });

  it('tells between which shares the keys lie where their counts are bounds', async () => {
    const keys = [{ keyText: 'shop:a', count: 5_000, error: 2_000 }];
    const { plan } = await open({ keys });
    expect((await plan()).hook).toMatchObject({ leastShare: 0.3, mostShare: 0.5 });
  });

  it('is not made without a probe, a hook, a missing key, or an answer', async () => {
    const none = warmingHarness({
      redis: bench.redis,
      change: { hooks: [{ prefix: 'shop:', url: 'http://127.0.0.1:9/', secret: null, secretFile: null }] },
    });
    await expect(none.plan({ warmer: HOOK_WARMER })).rejects.toMatchObject({
      code: 'notFound',
      message: expect.stringContaining('live probe'),
    });
    const { plan, state } = await open({ count: 1 });
    await expect(plan({ prefix: 'stock:' })).rejects.toMatchObject({
      code: 'notFound',
      message: expect.stringContaining('--warm-hook'),
    });
    state.fault = 'refuse';
    await expect(plan()).rejects.toMatchObject({
      code: 'badInput',
      message: expect.stringContaining('refuses our secret'),
    });
    state.fault = null;
    await redis.mset('shop:product:0', 'x', ODD_KEY, 'x');
    await expect(plan()).rejects.toThrow('nothing to warm');
    const { plan: other } = await open({ keys: [] });
    await expect(other()).rejects.toMatchObject({
      message: expect.stringContaining('no key missed that begins with "shop:"'),
    });
  });
});

describe('a warming through a hook', () => {
  it('gives it the keys, hottest first, in batches, with the secret, and each is loaded once', async () => {
    const secretFile = join(tmpdir(), `warm-hook-${randomUUID()}`);
    await writeFile(secretFile, 's3cret\n');
    const { plan, start, ended, batches, audit } = await open({ count: 120, hook: { secretFile } });
    const done = await ended((await start(await plan())).id);
    expect(done).toMatchObject({
      ...{
        state: 'completed',
        progress: { entryCount: 121, doneCount: 121, startCount: 3, stage: '121 loaded' },
      },
      outcome: '121 of 121 keys were given to the hook: 121 loaded.',
    });
    expect(batches.map(({ keys, authorization }) => [keys.length, authorization])).toEqual([
      [50, 'Bearer s3cret'],
      [50, 'Bearer s3cret'],
      [21, 'Bearer s3cret'],
    ]);
    expect(batches.flatMap(({ keys }) => keys.map(String))).toEqual(
      [ODD_KEY, ...Array.from({ length: 120 }, (_, at) => `shop:product:${at}`)].map(String),
    );
    expect(await redis.getBuffer(ODD_KEY)).not.toBeNull();
    expect(await redis.exists('other:1')).toBe(0);
    const entries = await audit.list(10);
    expect(entries.map(({ action, phase }) => `${action} ${phase}`)).toEqual([
      'warm ended',
      'warm started',
      'warm planned',
    ]);
  });

  it('passes over what is there by now, and says of a failed key why', async () => {
    const { plan, start, ended, state } = await open({ count: 30 });
    const made = await plan();
    await redis.set('shop:product:3', 'somebody asked for it');
    state.poisoned = 'shop:product:5';
    const done = await ended((await start(made)).id);
    expect(done).toMatchObject({
      state: 'completed',
      outcome:
        '31 of 31 keys were given to the hook: 29 loaded, 1 there already, 1 failed. It says of a failed one: no such product',
    });
  });

  it('that says it loaded what is not there is told so', async () => {
    const { plan, start, ended, state } = await open({ count: 9 });
    state.fault = 'lie';
    const done = await ended((await start(await plan())).id);
    expect(done.outcome).toContain('10 that it said it loaded were not in Redis afterwards.');
  });

  it('keeps to the rate', async () => {
    const { plan, start, ended, until } = await open({ count: 60 });
    const job = await start(await plan({ perSecond: 40 }));
    const startedMs = performance.now();
    await until(job.id, ({ progress }) => progress.doneCount >= 20);
    await ended(job.id);
    expect(performance.now() - startedMs).toBeGreaterThan(1_000);
  });

  it('is cancelled within a batch that hangs, whose keys are unknown and not failed', async () => {
    const { plan, start, ended, until, jobs, state, batches } = await open({ count: 10 });
    state.fault = 'hang';
    const job = await start(await plan());
    await expect.poll(() => batches.length).toBe(1);
    const cancelledMs = performance.now();
    jobs.cancel(job.id, { name: 'ada', role: 'operator', sessionId: 'session-1' });
    const done = await ended(job.id);
    expect(performance.now() - cancelledMs).toBeLessThan(2_000);
    expect(done).toMatchObject({
      state: 'cancelled',
      progress: { doneCount: 11, stage: '0 loaded, 11 unknown' },
    });
    expect(done.outcome).toContain('It may have loaded those of which no answer came.');
    await until(job.id, ({ state: end }) => end === 'cancelled');
  });

  it('gives keys again of which no answer came, and finds that they are there', async () => {
    const { plan, start, ended, until, state, hasten } = await open({ count: 9 });
    state.fault = 'dieAfterLoading';
    const job = await start(await plan());
    await until(job.id, ({ pauseText }) => pauseText?.startsWith('The hook') === true);
    state.fault = null;
    hasten(60);
    expect(await ended(job.id)).toMatchObject({
      state: 'completed',
      progress: { stage: '0 loaded, 10 there already' },
    });
  });

  it.each(['noRoom', 'redirect', 'nonsense'] as const)(
    'waits for a hook that answers with %s, and gives up',
    async (fault) => {
      const { plan, start, ended, state, hasten } = await open({ count: 4 });
      state.fault = fault;
      hasten(60);
      const done = await ended((await start(await plan())).id);
      expect(done.state).toBe(fault === 'noRoom' ? 'failed' : 'unknown');
      expect(await redis.dbsize()).toBe(0);
    },
  );

  it('ends at once where the hook refuses the secret', async () => {
    const { plan, start, ended, state } = await open({ count: 4 });
    const made = await plan();
    state.fault = 'refuse';
    await expect(start(made)).rejects.toMatchObject({ code: 'planChanged' });
    state.fault = null;
    const job = await start(await plan({ perSecond: 2 }));
    state.fault = 'refuse';
    expect(await ended(job.id)).toMatchObject({
      state: 'failed',
      outcome: expect.stringContaining('refuses our secret'),
    });
  });

  it('waits when an operator says so, and goes on from there', async () => {
    const { plan, start, ended, until, jobs, batches } = await open({ count: 60 });
    const job = await start(await plan({ perSecond: 20 }));
    await until(job.id, ({ progress }) => progress.doneCount > 0);
    const actor = { name: 'ada', role: 'operator', sessionId: 'session-1' } as const;
    jobs.pause(job.id, actor);
    const held = await until(job.id, ({ pauseText }) => pauseText !== null);
    const batchCount = batches.length;
    expect(held.progress.doneCount).toBeLessThan(61);
    jobs.resume(job.id, actor);
    expect(await ended(job.id)).toMatchObject({ state: 'completed', progress: { doneCount: 61 } });
    expect(batches.length).toBeGreaterThan(batchCount);
  });
});
