import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CacheOptions, createCache, family } from '#cache/cache.ts';
import type { SourceLoad } from '#server/jobs/purge/forecast/forecastLoad.ts';
import type { WarmingTools } from '#server/jobs/warm/warmingTools.ts';
import { type CacheBench, startBench } from '#test/cache/startCache.ts';
import { operator } from '#test/support/jobs/guardedJobsHarness.ts';
import { warmingHarness } from '#test/support/jobs/warmingHarness.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((cache) => cache.close()));
});

const loadedIds: string[] = [];
let isSourceGone = false;
beforeEach(() => {
  loadedIds.splice(0);
  isSourceGone = false;
});

const families = {
  product: family({
    key: 'product:{id}',
    ttlSeconds: 600,
    load: async ({ id }) => {
      if (isSourceGone) throw new Error('the source is gone');
      loadedIds.push(String(id));
      return { id };
    },
  }),
};

/** An instance of the service `shop`, whose warmer `top` lists so many products. */
async function openShop(count: number, options: Partial<CacheOptions<typeof families>> = {}) {
  const cache = createCache({
    ...{ redis: await bench.connect(), service: 'shop', version: '3.1', families },
    ...{ announce: {}, control: {} },
    warmers: {
      top: {
        list: ({ product }) => Array.from({ length: count }, (_, id) => product({ id })),
        perSecond: 2_000,
        concurrency: 10,
      },
    },
    ...options,
  });
  opened.push(cache);
  // Both listen for commands from here on.
  await cache.product.get({ id: 'first' });
  return cache;
}

const openJobs = (change: Partial<WarmingTools> = {}, sourceLoad?: () => SourceLoad) =>
  warmingHarness({ redis: bench.redis, change, ...(sourceLoad === undefined ? {} : { sourceLoad }) });

describe('a plan to warm', () => {
  it('is what an instance says that it would load', async () => {
    const shop = await openShop(500);
    for (let id = 0; id < 100; id += 1) await shop.product.get({ id });
    const { plan } = openJobs();
    const made = await plan({ perSecond: 100 });
    expect(made).toMatchObject({
      ...{ kind: 'warm', perSecond: 100, room: 'fits', bytes: null, currentPerSecond: null },
      preview: { entryCount: 500, sampledCount: 200, perSecond: 2_000 },
    });
    expect(made.loadCount.low).toBeLessThan(400);
    expect(made.loadCount.high).toBeGreaterThan(400);
    expect(made.duration.value).toBeCloseTo(made.loadCount.value * 10);
    expect(made.confirmation).toEqual({
      ...{ kind: 'typed', text: `demo ${Math.round(made.loadCount.value)}` },
    });
  });

  it('of one entry speaks of one', async () => {
    await openShop(1);
    const { plan } = openJobs();
    expect((await plan({ perSecond: 100 })).title).toBe('Warm 1 entry of top (shop:) in demo');
  });

  it('is refused where the source would not stand the rate, with the one that it would', async () => {
    await openShop(500);
    const { plan } = openJobs({}, () => ({ patterns: [], currentPerSecond: 30, capacityPerSecond: 100 }));
    await expect(plan()).rejects.toMatchObject({
      code: 'sourceOverload',
      message: expect.stringContaining('At most 50 a second'),
    });
    expect(await plan({ perSecond: 50 })).toMatchObject({ perSecond: 50, currentPerSecond: 30 });
  });

  it('takes as long as its lanes need when a load takes its time', async () => {
    await openShop(500);
    const { plan } = warmingHarness({ redis: bench.redis, loadMs: 97 });
    const made = await plan({ perSecond: 1_000 });
    // Ten at one time, each 97 ms at the source and 3 in Redis.
    expect(made.duration.value).toBeCloseTo(made.loadCount.value * 10);
    expect(made.warning).toContain('10 at one time come to 100 a second');
    const slow = await plan({ perSecond: 50 });
    expect(slow.duration.value).toBeCloseTo(slow.loadCount.value * 20);
    expect(slow.warning).not.toContain('at one time');
  });

  it('is not made of what is fresh, unknown, or of a service that does not answer', async () => {
    const shop = await openShop(3);
    const { plan } = openJobs();
    await expect(plan({ warmer: 'bottom' })).rejects.toMatchObject({ code: 'badInput' });
    await expect(plan({ prefix: 'other:' })).rejects.toMatchObject({ code: 'notFound' });
    await shop.warm('top');
    await expect(plan()).rejects.toThrow('nothing to warm');
  });
});

describe('a warming', () => {
  it('is run by one instance to its end, as the audit log says before and after', async () => {
    await openShop(150);
    await openShop(150);
    const { plan, start, ended, audit } = openJobs();
    const job = await start(await plan());
    const done = await ended(job.id);
    expect(done).toMatchObject({
      ...{ state: 'completed', progress: { entryCount: 150, doneCount: 150, startCount: 1 } },
      outcome: expect.stringMatching(/^150 of 150 entries were gone through by /),
    });
    expect(loadedIds.filter((id) => id !== 'first')).toHaveLength(150);
    const entries = await audit.list(10);
    expect(entries.map(({ action, phase }) => `${action} ${phase}`)).toEqual([
      ...['warm ended', 'warm started', 'warm planned'],
    ]);
  });

  it('is started once by two operators at once', async () => {
    await openShop(400);
    const { plan, start, ended } = openJobs();
    const plans = [await plan({ perSecond: 200 }), await plan({ perSecond: 200 })];
    const starts = await Promise.allSettled(plans.map((one) => start(one)));
    const [started] = starts.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refused = starts.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refused).toMatchObject([{ code: 'jobRunning' }]);
    await ended(started?.id ?? '');
    expect(new Set(loadedIds).size).toBe(loadedIds.length);
  });

  it('stops when it is cancelled, and says how far it came', async () => {
    await openShop(5_000);
    const { jobs, plan, start, until, ended } = openJobs();
    const job = await start(await plan({ perSecond: 100 }));
    await until(job.id, ({ progress }) => progress.doneCount > 0);
    jobs.cancel(job.id, operator);
    const done = await ended(job.id);
    expect(done).toMatchObject({
      state: 'cancelled',
      outcome: expect.stringMatching(/^\d+ of 5,000 entries/),
    });
    // Loads after its end are of others, however long it was to take.
    expect(jobs.loadOf(job.id)?.untilMs).toBeLessThanOrEqual((done.endedAtMs ?? 0) + 5_000);
    const loadedCount = loadedIds.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(loadedIds).toHaveLength(loadedCount);
  });

  it('waits while it is paused, and then loads what is left', async () => {
    await openShop(300);
    const { jobs, plan, start, until, ended } = openJobs();
    const job = await start(await plan({ perSecond: 150 }));
    await until(job.id, () => loadedIds.length > 20);
    jobs.pause(job.id, operator);
    await until(job.id, ({ state }) => state === 'paused');
    const loadedCount = loadedIds.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(loadedIds).toHaveLength(loadedCount);
    jobs.resume(job.id, operator);
    expect(await ended(job.id)).toMatchObject({ state: 'completed', progress: { startCount: 2 } });
    expect(new Set(loadedIds).size).toBe(301);
  });

  it('waits by itself while Redis evicts keys', async () => {
    await openShop(300);
    let evicted = 0;
    const { plan, start, until, ended } = openJobs({ evictedPerSecond: () => evicted });
    const job = await start(await plan({ perSecond: 150 }));
    await until(job.id, () => loadedIds.length > 20);
    evicted = 12;
    const waiting = await until(job.id, ({ state }) => state === 'paused');
    expect(waiting.pauseText).toBe('Redis evicts 12 keys a second.');
    evicted = 0;
    const done = await ended(job.id);
    expect(done).toMatchObject({ state: 'completed' });
    expect(done.outcome).toContain('It waited once');
  });

  it('goes over to another instance when the one that runs it is shut down', async () => {
    const leaving = await openShop(300, { instance: 'leaving' });
    const { plan, start, until, ended } = openJobs();
    const job = await start(await plan({ perSecond: 150 }));
    await until(job.id, ({ progress }) => progress.instance === 'leaving' && loadedIds.length > 20);
    await openShop(300, { instance: 'next' });
    await leaving.close();
    expect(await ended(job.id)).toMatchObject({
      ...{ state: 'completed', progress: { instance: 'next', startCount: 2 } },
    });
    expect(new Set(loadedIds).size).toBe(301);
  });

  it('waits when its instance stops for its breaker, and goes on where it was', async () => {
    await openShop(300, { instance: 'only' });
    const { commands, plan, start, until, ended, hasten } = openJobs();
    const job = await start(await plan({ perSecond: 150 }));
    await until(job.id, ({ progress }) => progress.doneCount > 20);
    const force = (state: 'open' | 'auto') =>
      commands.ask({ prefix: 'shop:', to: 'only', command: { kind: 'breaker.force', state } });
    expect(await force('open')).toMatchObject({ state: 'done' });
    const waiting = await until(job.id, ({ state }) => state === 'paused');
    expect(waiting.pauseText).toMatch(/ stopped: The breaker is forcedOpen\.$/);
    await force('auto');
    hasten(10);
    expect(await ended(job.id)).toMatchObject({ state: 'completed', progress: { startCount: 2 } });
    // What each of its ten lanes was loading then is claimed for some seconds more, and passed over.
    expect(new Set(loadedIds).size).toBeGreaterThan(301 - 10);
  });

  it('fails when its instance stops again and again without getting on', async () => {
    await openShop(300);
    const { plan, start, ended, hasten } = openJobs();
    isSourceGone = true;
    const job = await start(await plan({ perSecond: 150 }));
    hasten(30);
    expect(await ended(job.id)).toMatchObject({
      ...{ state: 'failed', outcome: expect.stringContaining('the source is gone') },
    });
  });

  it('that nobody takes any more is not said to go on anywhere', async () => {
    const shop = await openShop(300);
    const { jobs, plan, start, until, ended, hasten } = openJobs();
    const job = await start(await plan({ perSecond: 150 }));
    await until(job.id, () => loadedIds.length > 20);
    await jobs.pause(job.id, operator);
    await until(job.id, ({ state }) => state === 'paused');
    await shop.close();
    const { length } = loadedIds;
    await jobs.resume(job.id, operator);
    hasten(30);
    const { state, outcome } = await ended(job.id);
    expect({ state, outcome }).toMatchObject({
      ...{ state: 'failed', outcome: expect.stringContaining('No instance took it, so that none warms') },
    });
    expect(outcome).not.toContain('may');
    expect(loadedIds).toHaveLength(length);
  }, 60_000);

  it('that somebody else has ended is not begun again', async () => {
    const shop = await openShop(300);
    const { plan, start, until, ended } = openJobs();
    const job = await start(await plan({ perSecond: 150 }));
    await until(job.id, () => loadedIds.length > 20);
    shop.cancelWarm('top');
    expect(await ended(job.id)).toMatchObject({ state: 'failed', progress: { startCount: 1 } });
  });
});
