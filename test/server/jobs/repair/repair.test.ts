import { describe, expect, it } from 'vitest';
import { type RedisCommand, RedisFault } from '#server/redis/redisConnection.ts';
import { type Decide, faultyConnection, pass } from '#test/support/jobs/faultyConnection.ts';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { storeTagged } from '#test/support/jobs/storeTagged.ts';

const bench = purgeBench();

/** The real clock, without the waiting. */
const quickClock = () => ({
  nowMs: () => Date.now(),
  elapsedMs: () => performance.now(),
  pause: async () => {},
});

/** `p:0` to `p:{count - 1}` tagged `a`, of which every second has expired without a trace in the index. */
async function fill(count: number): Promise<void> {
  const { client } = bench.redis;
  for (let id = 0; id < count; id += 1) await storeTagged(client, `p:${id}`, ['a']);
  await client.unlink(...Array.from({ length: count / 2 }, (_, at) => `p:${at * 2}`));
}

const leavesIndex = ([name, key]: RedisCommand) => name === 'SREM' && String(key) === 'tag:a';

const faulty = (decide: Decide) => async () => faultyConnection(await bench.openOperator(), decide);

describe('the repair of a tag', () => {
  it('takes out what no entry stands behind and its lists of tags, as the dry run said', async () => {
    await fill(300);
    const { planRepair, start, repaired, audit } = guardedJobsHarness(bench.openOperator, {
      clock: quickClock(),
    });
    const plan = await planRepair('tag:a');
    expect(plan).toMatchObject({ keyCount: 150, danglingCount: 150, memberCount: 300, ttlRaise: null });
    expect(plan.confirmation).toEqual({ kind: 'typed', text: 'demo 150' });
    expect(await bench.redis.client.scard('tag:a')).toBe(300);
    const job = await repaired(await start(plan));
    expect(job).toMatchObject({ state: 'completed', progress: { changedCount: 150, failedCount: 0 } });
    const members = await bench.redis.client.smembers('tag:a');
    expect(members).toHaveLength(150);
    expect(await bench.redis.client.exists(...members)).toBe(150);
    expect(await bench.redis.client.keys('key-tags:*')).toHaveLength(150);
    const phases = (await audit.list(10)).map(({ action, phase }) => `${action} ${phase}`);
    expect(phases).toEqual(['repair ended', 'repair started', 'repair planned']);
  });

  it('never unlists an entry that is stored while it is at it', async () => {
    const { client } = bench.redis;
    await fill(40);
    // A writer stores one of the missing entries just before each write of ours to the index.
    let stored = 0;
    const open = faulty(async (command) => {
      if (leavesIndex(command)) {
        await storeTagged(client, `p:${stored * 2}`, ['a']);
        stored += 1;
      }
      return pass;
    });
    const { planRepair, start, repaired } = guardedJobsHarness(open, { clock: quickClock() });
    const job = await repaired(await start(await planRepair('tag:a')));
    expect(stored).toBeGreaterThan(0);
    expect(job.progress.skippedCount).toBe(stored);
    for (let id = 0; id < stored; id += 1) {
      expect(await client.sismember('tag:a', `p:${id * 2}`)).toBe(1);
      expect(await client.smembers(`key-tags:p:${id * 2}`)).toEqual(['a']);
    }
  });

  it('of which an answer is lost asks again, and lists what was stored in between', async () => {
    const { client } = bench.redis;
    await fill(40);
    let lostCount = 0;
    const open = faulty(async (command) => {
      if (!leavesIndex(command) || lostCount > 0) return pass;
      lostCount += 1;
      await storeTagged(client, 'p:0', ['a']);
      return { kind: 'loseReply', fault: new RedisFault('timeout', 'SREM', 'No answer.') };
    });
    const { planRepair, start, repaired } = guardedJobsHarness(open, { clock: quickClock() });
    const job = await repaired(await start(await planRepair('tag:a')));
    expect(lostCount).toBe(1);
    expect(job).toMatchObject({ state: 'completed', progress: { changedCount: 19, skippedCount: 1 } });
    expect(await client.sismember('tag:a', 'p:0')).toBe(1);
    expect(await client.scard('tag:a')).toBe(21);
  });

  it('is unknown when an entry could not be listed again', async () => {
    const { client } = bench.redis;
    await fill(10);
    const fault = new RedisFault('outOfMemory', 'SADD', 'Redis is full.');
    const open = faulty(async (command) => {
      if (leavesIndex(command)) await storeTagged(client, 'p:0', ['a']);
      return command[0] === 'SADD' ? { kind: 'refuse', fault } : pass;
    });
    const { planRepair, start, repaired } = guardedJobsHarness(open, { clock: quickClock() });
    const job = await repaired(await start(await planRepair('tag:a')));
    expect(job.state).toBe('unknown');
    expect(job.outcome).toContain('may be missing from the index');
  });

  it('takes nothing out that Redis does not let it', async () => {
    await fill(10);
    const fault = new RedisFault('notPermitted', 'SREM', 'SREM is not permitted.');
    const open = faulty((command) => (command[0] === 'SREM' ? { kind: 'refuse', fault } : pass));
    const { planRepair, start, repaired } = guardedJobsHarness(open, { clock: quickClock() });
    const job = await repaired(await start(await planRepair('tag:a')));
    expect(job).toMatchObject({ state: 'failed', progress: { changedCount: 0, failedCount: 5 } });
    expect(await bench.redis.client.scard('tag:a')).toBe(10);
  });

  it('lists again what a service had listed before it stored it', async () => {
    const { client } = bench.redis;
    await fill(10);
    let pauses = 0;
    const clock = {
      ...quickClock(),
      pause: async (ms: number) => {
        if (ms !== 1_000) return;
        pauses += 1;
        await client.set('p:0', 'stored late');
      },
    };
    const { planRepair, start, repaired } = guardedJobsHarness(bench.openOperator, { clock });
    const job = await repaired(await start(await planRepair('tag:a')));
    expect(pauses).toBe(1);
    expect(job.outcome).toContain('1 entry was stored right after and is listed again.');
    expect(await client.sismember('tag:a', 'p:0')).toBe(1);
  });

  it('raises a TTL that ends before its members, and never shortens one', async () => {
    const { client } = bench.redis;
    await storeTagged(client, 'p:1', ['a']);
    await client.expire('tag:a', 60);
    const { planRepair, start, repaired } = guardedJobsHarness(bench.openOperator, { clock: quickClock() });
    const plan = await planRepair('tag:a');
    expect(plan).toMatchObject({ keyCount: 0, confirmation: { kind: 'click' } });
    expect(plan.title).toBe('Raise the TTL of the index of a in demo');
    const other = await planRepair('tag:a');
    const job = await repaired(await start(plan));
    expect(job).toMatchObject({ state: 'completed' });
    expect(job.outcome).toContain('The TTL of the index was raised.');
    expect(await client.ttl('tag:a')).toBeGreaterThan(3_500);
    await client.expire('tag:a', 9_000);
    expect((await repaired(await start(other))).outcome).toContain('already expired later');
    expect(await client.ttl('tag:a')).toBeGreaterThan(8_900);
  });

  it('says why where it is not safe, and that there is nothing to do where all is well', async () => {
    const { client } = bench.redis;
    await client.set('page', '{}');
    await client.hset('__sharedTags__', 'page', '["news"]');
    const { planRepair } = guardedJobsHarness(bench.openOperator, { clock: quickClock() });
    await expect(planRepair('__sharedTags__[news]', 'nextSharedTags')).rejects.toMatchObject({
      ...{ code: 'badInput', message: expect.stringContaining('would lose its tags') },
    });
    await storeTagged(client, 'p:1', ['a']);
    await expect(planRepair('tag:a')).rejects.toMatchObject({
      ...{ code: 'notFound', message: expect.stringContaining('All of its 1 members exist') },
    });
    await expect(planRepair('tag:none')).rejects.toMatchObject({ code: 'notFound' });
  });
});
