import { describe, expect, it } from 'vitest';
import { formatKey } from '#shared/keyText.ts';
import { guardedJobsHarness, operator } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { storeTagged } from '#test/support/jobs/storeTagged.ts';

const bench = purgeBench();
const { openOperator, storeMany } = bench;

describe('a purge of a tag', () => {
  it('removes its 5,000 keys and their index and nothing else', async () => {
    await storeMany(5_000, 'product:', ['a']);
    await storeMany(300, 'user:', ['b']);
    await bench.redis.client.set('foreign', '1');
    const { plan, start, ended, audit } = guardedJobsHarness(openOperator);
    const made = await plan('tag:a');
    expect(made.title).toBe('Purge 5,000 keys tagged a in demo');
    expect(made.confirmation).toEqual({ kind: 'typed', text: 'demo 5000' });
    expect(made.existingCount.value).toBe(5_000);
    expect(made.isFrozenList).toBe(true);
    const job = await ended(await start(made));
    expect(job.state).toBe('completed');
    expect(job.progress).toEqual({
      plannedCount: 5_000,
      scannedCount: 5_000,
      changedCount: 5_000,
      skippedCount: 0,
      failedCount: 0,
      unknownCount: 0,
    });
    // 300 users with their reverse index, the tag b, and the foreign key.
    expect(await bench.redis.client.dbsize()).toBe(300 * 2 + 2);
    expect(audit.entries.map((entry) => entry.phase)).toEqual(['planned', 'started', 'ended']);
    expect(audit.entries[2]?.progress?.changedCount).toBe(5_000);
    expect(new Set(audit.entries.map((entry) => entry.planId))).toEqual(new Set([made.id]));
  });

  it('selects binary keys and keys of glob characters exactly', async () => {
    const tagged = [
      Buffer.from('61fffe62', 'hex'),
      Buffer.from('a*b'),
      Buffer.from('a[1]'),
      Buffer.from('x\r\nFLUSHALL\r\n'),
      Buffer.from('nul\0nul'),
      Buffer.from("quote'\\x41"),
    ];
    const others = [
      Buffer.from('61fffd62', 'hex'),
      Buffer.from('aXb'),
      Buffer.from('a1'),
      Buffer.from('quote'),
    ];
    for (const key of tagged) await storeTagged(bench.redis.client, key, ['*[x]']);
    for (const key of others) await storeTagged(bench.redis.client, key, ['xx']);
    const { plan, start, ended } = guardedJobsHarness(openOperator);
    const made = await plan('tag:*[x]');
    expect([...made.sampleKeys].sort()).toEqual(tagged.map(formatKey).sort());
    const job = await ended(await start(made));
    expect(job.progress.changedCount).toBe(tagged.length);
    expect(await bench.redis.client.exists(...tagged)).toBe(0);
    expect(await bench.redis.client.exists(...others)).toBe(others.length);
  });

  it('takes the keys out of their other tags, as the library would', async () => {
    await storeTagged(bench.redis.client, 'p:1', ['a', 'b']);
    await storeTagged(bench.redis.client, 'p:2', ['b']);
    const { plan, start, ended } = guardedJobsHarness(openOperator);
    await ended(await start(await plan('tag:a')));
    expect(await bench.redis.client.smembers('tag:b')).toEqual(['p:2']);
    expect((await bench.redis.client.keys('*')).sort()).toEqual(['key-tags:p:2', 'p:2', 'tag:b']);
  });

  it('leaves keys that joined the tag after the plan, and says so', async () => {
    await storeMany(50, 'p:', ['a']);
    const { plan, start, ended } = guardedJobsHarness(openOperator);
    const made = await plan('tag:a');
    await storeTagged(bench.redis.client, 'late', ['a']);
    const job = await ended(await start(made));
    expect(job.outcome).toMatch(/1 key is tagged a now/);
    expect(await bench.redis.client.smembers('tag:a')).toEqual(['late']);
  });

  it('runs a rule above 10,000 members and removes them all', async () => {
    await storeMany(10_050, 'p:', ['big']);
    await storeTagged(bench.redis.client, 'other', ['small']);
    const { plan, start, ended } = guardedJobsHarness(openOperator);
    const made = await plan('tag:big');
    expect(made).toMatchObject({ isFrozenList: false, keyCount: 10_050 });
    const job = await ended(await start(made));
    expect(job.progress.changedCount).toBe(10_050);
    expect((await bench.redis.client.keys('*')).sort()).toEqual(['key-tags:other', 'other', 'tag:small']);
  });

  it('stops a rule before a key of a pattern that the plan did not show', async () => {
    await storeMany(10_050, 'p:', ['big']);
    const { plan, start, ended } = guardedJobsHarness(openOperator);
    const made = await plan('tag:big');
    await storeTagged(bench.redis.client, 'session:x', ['big']);
    const job = await ended(await start(made));
    expect(job.state).toBe('failed');
    expect(job.outcome).toContain('session:x');
    expect(await bench.redis.client.exists('session:x')).toBe(1);
  });

  it('works when Redis is full and refuses writes', async () => {
    await storeMany(2_000, 'p:', ['a']);
    await bench.redis.client.config('SET', 'maxmemory-policy', 'noeviction');
    await bench.redis.client.config('SET', 'maxmemory', '1');
    try {
      await expect(bench.redis.client.set('x', '1')).rejects.toThrow(/OOM/);
      const { plan, start, ended } = guardedJobsHarness(openOperator);
      const job = await ended(await start(await plan('tag:a')));
      expect(job.progress.changedCount).toBe(2_000);
      expect(await bench.redis.client.dbsize()).toBe(0);
    } finally {
      await bench.redis.client.config('SET', 'maxmemory', '0');
    }
  });

  it('stops within one batch when it is cancelled, and keeps whole entries', async () => {
    await storeMany(1_000, 'p:', ['a']);
    const harness = guardedJobsHarness(openOperator);
    const { jobs, plan, start, ended } = harness;
    const seen: number[] = [];
    jobs.onChange((job) => {
      if (job.kind !== 'purge') return;
      seen.push(job.progress.changedCount);
      if (job.progress.changedCount >= 300 && job.state === 'running') jobs.cancel(job.id, operator);
    });
    const job = await ended(await start(await plan('tag:a')));
    expect(job.state).toBe('cancelled');
    expect(job.outcome).toMatch(/^Stopped by ada\./);
    const left = 1_000 - job.progress.changedCount;
    expect(left).toBeGreaterThanOrEqual(300);
    expect(await bench.redis.client.scard('tag:a')).toBe(left);
    expect(await bench.redis.client.dbsize()).toBe(left * 2 + 1);
    expect(jobs.cancel(job.id, operator)).toBe(jobs.get(job.id));
  });

  it('refuses to run over keys that the Redis user may not remove, and keeps them in the index', async () => {
    await storeMany(20, 'p:', ['a']);
    await bench.redis.client.call(
      ...['ACL', 'SETUSER', 'half', 'on', '>pw', 'resetchannels', '-@all', '%R~*'],
      ...['+ping', '+info', '+scan', '+type', '+pttl', '+sscan', '+scard', '+memory|usage', '+client'],
      '(~tag:* +srem)',
    );
    const user = { username: 'half', password: 'pw' };
    const { plan, start, ended } = guardedJobsHarness(() => openOperator(user));
    const job = await ended(await start(await plan('tag:a')));
    expect(job.state).toBe('failed');
    expect(job.outcome).toMatch(/UNLINK/);
    expect(job.progress).toMatchObject({ changedCount: 0, failedCount: 20, unknownCount: 0 });
    expect(await bench.redis.client.scard('tag:a')).toBe(20);
  });
});
