import { describe, expect, it } from 'vitest';
import { RedisFault } from '#server/redis/redisConnection.ts';
import { type Decide, faultyConnection, pass } from '#test/support/jobs/faultyConnection.ts';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { storeTagged } from '#test/support/jobs/storeTagged.ts';
import { measuredPattern } from '#test/support/patterns/measuredPattern.ts';

const bench = purgeBench();
const { openOperator, storeMany } = bench;
const overMs = 60_000;
const spread = { method: { how: 'spread', overMs } } as const;
const tagA = { by: 'tag', layout: 'simple', tagKey: 'tag:a' } as const;

/** Over the real clock, since Redis compares with its own. */
const realNow = () => ({
  nowMs: () => Date.now(),
  elapsedMs: () => performance.now(),
  pause: async () => {},
});

async function ttls(count: number): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, (_, id) => bench.redis.client.pttl(`p:${id}`)));
}

describe('a spread purge', () => {
  it('gives its keys expiries all over the span, and removes nothing by itself', async () => {
    await storeMany(400, 'p:', ['a']);
    await bench.redis.client.persist('p:0');
    await storeTagged(bench.redis.client, 'other', ['b']);
    const { planOf, start, ended } = guardedJobsHarness(openOperator, { clock: realNow() });
    // So long that hardly one of them expires while the test looks.
    const spanMs = 3_000_000;
    const made = await planOf(tagA, { method: { how: 'spread', overMs: spanMs } });
    expect(made.title).toBe('Let 400 keys tagged a expire within 50 min in demo');
    const job = await ended(await start(made));
    expect(job).toMatchObject({ state: 'completed', progress: { changedCount: 400, skippedCount: 0 } });
    expect(job.outcome).toBe('400 set to expire.');
    const left = (await ttls(400)).filter((ms) => ms !== -2);
    expect(left.length).toBeGreaterThan(380);
    expect(Math.min(...left)).toBeGreaterThan(0);
    expect(Math.max(...left)).toBeLessThanOrEqual(spanMs);
    // Each quarter of the span has about a quarter of them: 100, with a deviation of 9.
    for (const quarter of [0, 1, 2, 3]) {
      const count = left.filter((ms) => Math.floor((ms / spanMs) * 4) === quarter).length;
      expect(Math.abs(count - 100)).toBeLessThan(50);
    }
    expect(await bench.redis.client.pttl('other')).toBeGreaterThan(spanMs);
    expect(await bench.redis.client.scard('tag:a')).toBe(400);
  });

  it('leaves what expires sooner anyway, and what is gone', async () => {
    await storeMany(20, 'p:', ['a']);
    for (let id = 0; id < 5; id += 1) await bench.redis.client.pexpire(`p:${id}`, 500);
    await bench.redis.client.del('p:19');
    const clock = { ...realNow(), nowMs: () => Date.now() + 1_000 };
    const { planOf, start, ended } = guardedJobsHarness(openOperator, { clock });
    const job = await ended(await start(await planOf(tagA, spread)));
    expect(job.progress).toMatchObject({ changedCount: 14, skippedCount: 6 });
    expect(job.outcome).toContain('6 were gone or expire sooner anyway');
  });

  it('whose answer is lost asks again, and no key gets a later expiry by that', async () => {
    await storeMany(50, 'p:', ['a']);
    let lostCount = 0;
    const decide: Decide = ([name]) => {
      if (name !== 'PEXPIREAT' || lostCount > 0) return pass;
      lostCount += 1;
      return { kind: 'loseReply', fault: new RedisFault('timeout', name, 'Redis did not answer in time.') };
    };
    const open = async () => faultyConnection(await openOperator(), decide);
    const { planOf, start, ended } = guardedJobsHarness(open, { clock: realNow() });
    const job = await ended(await start(await planOf(tagA, spread)));
    expect(job.state).toBe('completed');
    expect(job.progress).toMatchObject({ changedCount: 50, unknownCount: 0, failedCount: 0 });
    expect(job.outcome).toContain('1 of them were found so, or gone, after Redis gave no answer');
  });

  it('is unknown when no answer comes at all, and failed where Redis refuses', async () => {
    await storeMany(30, 'p:', ['a']);
    const away: Decide = ([name]) =>
      name === 'PEXPIREAT'
        ? { kind: 'loseReply', fault: new RedisFault('timeout', name, 'Redis did not answer in time.') }
        : pass;
    const lost = guardedJobsHarness(async () => faultyConnection(await openOperator(), away), {
      clock: realNow(),
    });
    const unknown = await lost.ended(await lost.start(await lost.planOf(tagA, spread)));
    expect(unknown).toMatchObject({ state: 'unknown', progress: { unknownCount: 30, failedCount: 0 } });
    const denied: Decide = ([name]) =>
      name === 'PEXPIREAT'
        ? { kind: 'refuse', fault: new RedisFault('notPermitted', name, 'Not permitted.') }
        : pass;
    const refused = guardedJobsHarness(async () => faultyConnection(await openOperator(), denied), {
      clock: realNow(),
    });
    const failed = await refused.ended(await refused.start(await refused.planOf(tagA, spread)));
    expect(failed).toMatchObject({ state: 'failed', progress: { unknownCount: 0, failedCount: 30 } });
  });
});

it('a purge that the source would not stand is refused at once, and planned when it is spread', async () => {
  await storeMany(150, 'p:', ['a']);
  const busy = guardedJobsHarness(openOperator, { sourceLoad: () => sourceOf(1_000, 100) });
  await expect(busy.planOf(tagA, { method: { how: 'now' } })).rejects.toMatchObject({
    code: 'sourceOverload',
  });
  const chosen = await busy.planOf(tagA);
  expect(chosen.method.how).toBe('spread');
  expect(chosen.whyMethod).not.toBe('');
  const calm = guardedJobsHarness(openOperator, { sourceLoad: () => sourceOf(10, 100) });
  expect((await calm.planOf(tagA)).method.how).toBe('now');
});

/** Keys of p:{id} are read so often; the source stands so much. */
function sourceOf(hitsPerSecond: number, capacityPerSecond: number) {
  const pattern = measuredPattern('p:{id}', { hitsPerSecond, keyCount: 150 });
  return { patterns: [pattern], currentPerSecond: 0, capacityPerSecond };
}
