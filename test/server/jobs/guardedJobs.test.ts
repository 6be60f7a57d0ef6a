import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { formatKey } from '#shared/keyText.ts';
import { guardedJobsHarness, operator } from '#test/support/guardedJobsHarness.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

let redis: TestRedis;
let opened: RedisConnection[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());
beforeEach(async () => {
  for (const connection of opened) connection.close();
  opened = [];
  await redis.client.flushall();
});

async function openOperator(): Promise<RedisConnection> {
  const connection = openTestConnection(redis, 'operator');
  opened.push(connection);
  return connection;
}

/** Stores entries as the library does: value, index and reverse index together. */
async function store(client: Redis, key: string | Buffer, tags: readonly string[]): Promise<void> {
  const multi = client.multi().set(key, 'value', 'EX', 3_600);
  const tagsKey = Buffer.concat([Buffer.from('key-tags:'), Buffer.from(key)]);
  for (const tag of tags) multi.sadd(`tag:${tag}`, key).sadd(tagsKey, tag);
  await multi.exec();
}

async function storeMany(count: number, prefix: string, tags: readonly string[]): Promise<void> {
  const all = Array.from({ length: count }, (_, index) => store(redis.client, `${prefix}${index}`, tags));
  await Promise.all(all);
}

describe('a purge of a tag', () => {
  it('removes its 5,000 keys and their index and nothing else', async () => {
    await storeMany(5_000, 'product:', ['a']);
    await storeMany(300, 'user:', ['b']);
    await redis.client.set('foreign', '1');
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
    expect(await redis.client.dbsize()).toBe(300 * 2 + 2);
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
    for (const key of tagged) await store(redis.client, key, ['*[x]']);
    for (const key of others) await store(redis.client, key, ['xx']);
    const { plan, start, ended } = guardedJobsHarness(openOperator);
    const made = await plan('tag:*[x]');
    expect([...made.sampleKeys].sort()).toEqual(tagged.map(formatKey).sort());
    const job = await ended(await start(made));
    expect(job.progress.changedCount).toBe(tagged.length);
    expect(await redis.client.exists(...tagged)).toBe(0);
    expect(await redis.client.exists(...others)).toBe(others.length);
  });

  it('takes the keys out of their other tags, as the library would', async () => {
    await store(redis.client, 'p:1', ['a', 'b']);
    await store(redis.client, 'p:2', ['b']);
    const { plan, start, ended } = guardedJobsHarness(openOperator);
    await ended(await start(await plan('tag:a')));
    expect(await redis.client.smembers('tag:b')).toEqual(['p:2']);
    expect((await redis.client.keys('*')).sort()).toEqual(['key-tags:p:2', 'p:2', 'tag:b']);
  });

  it('leaves keys that joined the tag after the plan, and says so', async () => {
    await storeMany(50, 'p:', ['a']);
    const { plan, start, ended } = guardedJobsHarness(openOperator);
    const made = await plan('tag:a');
    await store(redis.client, 'late', ['a']);
    const job = await ended(await start(made));
    expect(job.outcome).toMatch(/1 key carries the tag now/);
    expect(await redis.client.smembers('tag:a')).toEqual(['late']);
  });

  it('runs a rule above 10,000 members and removes them all', async () => {
    await storeMany(10_050, 'p:', ['big']);
    await store(redis.client, 'other', ['small']);
    const { plan, start, ended } = guardedJobsHarness(openOperator);
    const made = await plan('tag:big');
    expect(made).toMatchObject({ isFrozenList: false, memberCount: 10_050 });
    const job = await ended(await start(made));
    expect(job.progress.changedCount).toBe(10_050);
    expect((await redis.client.keys('*')).sort()).toEqual(['key-tags:other', 'other', 'tag:small']);
  });

  it('stops a rule before a key of a pattern that the plan did not show', async () => {
    await storeMany(10_050, 'p:', ['big']);
    const { plan, start, ended } = guardedJobsHarness(openOperator);
    const made = await plan('tag:big');
    await store(redis.client, 'session:x', ['big']);
    const job = await ended(await start(made));
    expect(job.state).toBe('failed');
    expect(job.outcome).toContain('session:x');
    expect(await redis.client.exists('session:x')).toBe(1);
  });

  it('works when Redis is full and refuses writes', async () => {
    await storeMany(2_000, 'p:', ['a']);
    await redis.client.config('SET', 'maxmemory-policy', 'noeviction');
    await redis.client.config('SET', 'maxmemory', '1');
    try {
      await expect(redis.client.set('x', '1')).rejects.toThrow(/OOM/);
      const { plan, start, ended } = guardedJobsHarness(openOperator);
      const job = await ended(await start(await plan('tag:a')));
      expect(job.progress.changedCount).toBe(2_000);
      expect(await redis.client.dbsize()).toBe(0);
    } finally {
      await redis.client.config('SET', 'maxmemory', '0');
    }
  });

  it('stops within one batch when it is cancelled, and keeps whole entries', async () => {
    await storeMany(1_000, 'p:', ['a']);
    const harness = guardedJobsHarness(openOperator);
    const { jobs, plan, start, ended } = harness;
    const seen: number[] = [];
    jobs.onChange((job) => {
      seen.push(job.progress.changedCount);
      if (job.progress.changedCount >= 300 && job.state === 'running') jobs.cancel(job.id, operator);
    });
    const job = await ended(await start(await plan('tag:a')));
    expect(job.state).toBe('cancelled');
    expect(job.outcome).toMatch(/^Stopped by ada\./);
    const left = 1_000 - job.progress.changedCount;
    expect(left).toBeGreaterThanOrEqual(300);
    expect(await redis.client.scard('tag:a')).toBe(left);
    expect(await redis.client.dbsize()).toBe(left * 2 + 1);
    expect(jobs.cancel(job.id, operator)).toBe(jobs.get(job.id));
  });

  it('refuses to run over keys that the Redis user may not remove, and keeps them in the index', async () => {
    await storeMany(20, 'p:', ['a']);
    await redis.client.call(
      ...['ACL', 'SETUSER', 'half', 'on', '>pw', 'resetchannels', '-@all', '%R~*'],
      ...['+ping', '+info', '+scan', '+type', '+pttl', '+sscan', '+scard', '+memory|usage', '+client'],
      '(~tag:* +srem)',
    );
    const user = { username: 'half', password: 'pw' };
    const { plan, start, ended } = guardedJobsHarness(async () => {
      const connection = openTestConnection(redis, 'operator', user);
      opened.push(connection);
      return connection;
    });
    const job = await ended(await start(await plan('tag:a')));
    expect(job.state).toBe('failed');
    expect(job.outcome).toMatch(/UNLINK/);
    expect(job.progress).toMatchObject({ changedCount: 0, failedCount: 20, unknownCount: 0 });
    expect(await redis.client.scard('tag:a')).toBe(20);
  });
});

describe('the token', () => {
  const refusals = [
    ['a second time', 'planUsed'],
    ['after five minutes', 'planExpired'],
    ['in another session', 'planUnknown'],
    ['by another actor', 'planUnknown'],
    ['for another target', 'planUnknown'],
    ['with another text typed', 'confirmationMismatch'],
    ['without a reason', 'reasonMissing'],
    ['when it is made up', 'planUnknown'],
    ['on a tag that grew by more than 10 %', 'planChanged'],
    ['by a viewer', 'notAllowed'],
  ] as const;

  it.each(refusals)('starts nothing %s', async (how, code) => {
    await storeMany(150, 'p:', ['a']);
    const { plan, start, ended, clock } = guardedJobsHarness(openOperator);
    const made = await plan('tag:a');
    if (how === 'a second time') {
      await ended(await start(made));
      await storeMany(150, 'p:', ['a']);
    }
    if (how === 'after five minutes') clock.advance(5 * 60_000);
    if (how === 'on a tag that grew by more than 10 %') await storeMany(16, 'q:', ['a']);
    const changes: Partial<Record<string, Parameters<typeof start>[1]>> = {
      'for another target': { targetId: 'other' },
      'with another text typed': { typed: 'demo 151' },
      'without a reason': { reason: '   ' },
      'when it is made up': { token: 'x'.repeat(43) },
    };
    const actors: Partial<Record<string, typeof operator>> = {
      'in another session': { ...operator, sessionId: 'session-2' },
      'by another actor': { ...operator, name: 'eve' },
      'by a viewer': { ...operator, role: 'viewer' },
    };
    const before = await redis.client.dbsize();
    await expect(start(made, changes[how], actors[how])).rejects.toMatchObject({ code });
    expect(await redis.client.dbsize()).toBe(before);
  });

  it('still starts just before the five minutes are over, after a mistyped try', async () => {
    await storeMany(150, 'p:', ['a']);
    const { plan, start, ended, clock, audit } = guardedJobsHarness(openOperator);
    const made = await plan('tag:a');
    await expect(start(made, { typed: 'demo' })).rejects.toMatchObject({ code: 'confirmationMismatch' });
    clock.advance(5 * 60_000 - 1);
    expect((await ended(await start(made))).state).toBe('completed');
    expect(audit.entries.map((entry) => entry.phase)).toEqual(['planned', 'refused', 'started', 'ended']);
  });

  it('starts one job when it is sent twice at once', async () => {
    await storeMany(150, 'p:', ['a']);
    const { plan, start, ended } = guardedJobsHarness(openOperator);
    const made = await plan('tag:a');
    const results = await Promise.allSettled([start(made), start(made)]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const result of results) if (result.status === 'fulfilled') await ended(result.value);
  });

  it('is refused while another job purges the same tag', async () => {
    await storeMany(500, 'p:', ['a']);
    const { plan, start, ended } = guardedJobsHarness(openOperator);
    const [first, second] = [await plan('tag:a'), await plan('tag:a')];
    const [job] = await Promise.all([
      start(first),
      expect(start(second)).rejects.toMatchObject({ code: 'jobRunning' }),
    ]);
    await ended(job);
  });
});

describe('the door', () => {
  it('lets nothing through when the audit log cannot be written', async () => {
    await storeMany(150, 'p:', ['a']);
    const { plan, start, audit, jobs } = guardedJobsHarness(openOperator);
    const made = await plan('tag:a');
    audit.breakDown();
    await expect(start(made)).rejects.toMatchObject({ code: 'auditUnavailable' });
    expect(await redis.client.scard('tag:a')).toBe(150);
    expect(await redis.client.dbsize()).toBe(301);
    expect(jobs.list()).toEqual([]);
  });

  it('plans and starts nothing when the server is read-only or closing', async () => {
    await storeMany(5, 'p:', ['a']);
    const readOnly = guardedJobsHarness(openOperator, { isReadOnly: true });
    await expect(readOnly.plan('tag:a')).rejects.toMatchObject({ code: 'readOnly' });
    const closing = guardedJobsHarness(openOperator);
    const made = await closing.plan('tag:a');
    await closing.jobs.close();
    await expect(closing.start(made)).rejects.toMatchObject({ code: 'shuttingDown' });
    expect(await redis.client.scard('tag:a')).toBe(5);
  });

  it('ends a running job at a batch when it closes, and records the end', async () => {
    await storeMany(1_000, 'p:', ['a']);
    const { plan, start, jobs, audit } = guardedJobsHarness(openOperator);
    const job = await start(await plan('tag:a'));
    await jobs.close();
    expect(jobs.get(job.id)?.state).toBe('cancelled');
    expect(audit.entries.at(-1)).toMatchObject({ phase: 'ended', jobId: job.id });
    expect(audit.entries.at(-1)?.outcome).toMatch(/shuts down/);
  });

  it('finds nothing to purge in a tag without members or without living keys', async () => {
    await redis.client.sadd('tag:dead', 'gone:1', 'gone:2');
    await redis.client.set('tag:text', 'x');
    const { plan } = guardedJobsHarness(openOperator);
    for (const tagKey of ['tag:none', 'tag:dead', 'tag:text']) {
      await expect(plan(tagKey)).rejects.toMatchObject({ code: 'notFound' });
    }
    for (const tagKey of ['product:1', 'key-tags:blog:tag:7', 'tag:\\x4']) {
      await expect(plan(tagKey)).rejects.toMatchObject({ code: 'badInput' });
    }
  });
});
