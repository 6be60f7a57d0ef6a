import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Cache, type Family, family } from '#cache/cache.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import { shopCache } from '#test/cache/startCache.ts';
import { type Decide, faultyConnection, pass } from '#test/support/jobs/faultyConnection.ts';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { openClient } from '#test/support/redis/openClient.ts';

const bench = purgeBench();
const { openOperator } = bench;
const items = { by: 'glob', glob: 'shop:item:*' } as const;
const soft = { method: { how: 'soft' } } as const;

type Families = { readonly item: Family<'item:{id}', string> };

/** A service that has read `count` items, and what its source says next. */
async function startShop(count: number) {
  const client = openClient({ port: bench.redis.port });
  const source = { text: 'old', loadCount: 0 };
  const load = async () => {
    source.loadCount += 1;
    return source.text;
  };
  const item = family({ key: 'item:{id}', ttlSeconds: 600, load });
  const cache: Cache<Families> = shopCache(client, { item });
  onTestFinished(async () => {
    await cache.close();
    client.disconnect();
  });
  for (let id = 0; id < count; id += 1) await cache.item.get({ id });
  return { cache, source };
}

describe('a soft purge', () => {
  it('marks entries, whose readers get the old value once more while it is loaded anew', async () => {
    const { cache, source } = await startShop(90);
    const ttlBefore = await bench.redis.client.pttl('shop:item:3');
    source.text = 'new';
    source.loadCount = 0;
    const { planOf, start, ended } = guardedJobsHarness(openOperator);
    const plan = await planOf(items, soft);
    expect(plan.title).toBe('Mark 90 keys matching shop:item:* as stale in demo');
    expect(plan.undo).toEqual({ state: 'notKept', why: expect.stringContaining('stays marked') });
    const job = await ended(await start(plan));
    expect(job).toMatchObject({ state: 'completed', progress: { changedCount: 90, skippedCount: 0 } });
    expect(job.outcome).toContain('90 marked as stale.');
    expect(await bench.redis.client.dbsize()).toBeGreaterThanOrEqual(90);
    expect(await bench.redis.client.pttl('shop:item:3')).toBeGreaterThan(ttlBefore - 60_000);
    expect(source.loadCount).toBe(0);
    expect(await cache.item.get({ id: 3 })).toBe('old');
    await vi.waitFor(async () => expect(await cache.item.get({ id: 3 })).toBe('new'));
    expect(source.loadCount).toBe(1);
  });

  it('leaves what is no entry of the library, and what is gone, and makes nothing', async () => {
    await startShop(20);
    await bench.redis.client.set('shop:item:text', 'not an entry, and longer than forty bytes as a value');
    await bench.redis.client.sadd('shop:item:set', 'a');
    const { planOf, start, ended } = guardedJobsHarness(openOperator);
    const plan = await planOf(items, soft);
    expect(plan.warning).toContain('About 9 % of the keys are no entries of cachescope/cache and stay');
    await bench.redis.client.del('shop:item:5');
    const job = await ended(await start(plan));
    expect(job.progress).toMatchObject({ changedCount: 19, skippedCount: 3 });
    expect(await bench.redis.client.exists('shop:item:5')).toBe(0);
    expect(await bench.redis.client.get('shop:item:text')).toMatch(/^not an entry/);
    expect(await bench.redis.client.scard('shop:item:set')).toBe(1);
  });

  it('is not planned for keys that cannot be marked', async () => {
    await bench.storeMany(5, 'p:', ['a']);
    const { planOf } = guardedJobsHarness(openOperator);
    const planned = planOf({ by: 'glob', glob: 'p:*' }, soft);
    await expect(planned).rejects.toThrow('only these can be marked as stale');
  });

  it('never writes into what a service stores between the look and the mark', async () => {
    await startShop(20);
    let storedCount = 0;
    const decide: Decide = async ([name]) => {
      // Once for the whole batch, once more for each try of the first key.
      if (name === 'MULTI' && storedCount < 4) {
        storedCount += 1;
        await bench.redis.client.set('shop:item:0', `stored anew ${storedCount}`);
      }
      return pass;
    };
    const { planOf, start, ended } = guardedJobsHarness(async () =>
      faultyConnection(await openOperator(), decide),
    );
    const job = await ended(await start(await planOf(items, soft)));
    expect(job.progress).toMatchObject({ changedCount: 19, skippedCount: 1 });
    expect(await bench.redis.client.get('shop:item:0')).toMatch(/^stored anew/);
  });

  it('whose answer is lost marks again and counts each key once', async () => {
    await startShop(20);
    let lostCount = 0;
    const decide: Decide = ([name]) => {
      if (name !== 'EXEC' || lostCount > 0) return pass;
      lostCount += 1;
      return { kind: 'loseReply', fault: new RedisFault('timeout', name, 'Redis did not answer in time.') };
    };
    const open = async () => faultyConnection(await openOperator(), decide);
    const { planOf, start, ended } = guardedJobsHarness(open);
    const job = await ended(await start(await planOf(items, soft)));
    expect(job).toMatchObject({ state: 'completed', progress: { changedCount: 20, unknownCount: 0 } });
    for (let id = 0; id < 20; id += 1) {
      const softExpiry = await bench.redis.client.getrangeBuffer(`shop:item:${id}`, 4, 11);
      expect(softExpiry).toEqual(Buffer.alloc(8));
    }
  });

  it('is refused whole by a full Redis, with its words', async () => {
    await startShop(20);
    const { planOf, start, ended } = guardedJobsHarness(openOperator);
    const plan = await planOf(items, soft);
    await bench.redis.client.config('SET', 'maxmemory', '1');
    onTestFinished(async () => void (await bench.redis.client.config('SET', 'maxmemory', '0')));
    const job = await ended(await start(plan));
    expect(job).toMatchObject({ state: 'failed', progress: { changedCount: 0, failedCount: 20 } });
    expect(job.outcome).toContain('20 refused');
  });
});
