import { describe, expect, it } from 'vitest';
import { guardedJobsHarness, operator } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';

const bench = purgeBench();
const { openOperator, storeMany } = bench;

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
    const before = await bench.redis.client.dbsize();
    await expect(start(made, changes[how], actors[how])).rejects.toMatchObject({ code });
    expect(await bench.redis.client.dbsize()).toBe(before);
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
    expect(await bench.redis.client.scard('tag:a')).toBe(150);
    expect(await bench.redis.client.dbsize()).toBe(301);
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
    expect(await bench.redis.client.scard('tag:a')).toBe(5);
  });

  it('hears a stop that is asked for as soon as the job is seen', async () => {
    await storeMany(150, 'p:', ['a']);
    const { plan, start, ended, jobs } = guardedJobsHarness(openOperator);
    jobs.onChange((job) => jobs.cancel(job.id, operator));
    const job = await ended(await start(await plan('tag:a')));
    expect(job).toMatchObject({ state: 'cancelled', progress: { changedCount: 0 } });
    expect(await bench.redis.client.scard('tag:a')).toBe(150);
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
    await bench.redis.client.sadd('tag:dead', 'gone:1', 'gone:2');
    await bench.redis.client.set('tag:text', 'x');
    const { plan } = guardedJobsHarness(openOperator);
    for (const tagKey of ['tag:none', 'tag:dead', 'tag:text']) {
      await expect(plan(tagKey)).rejects.toMatchObject({ code: 'notFound' });
    }
    for (const tagKey of ['product:1', 'key-tags:blog:tag:7', 'tag:\\x4']) {
      await expect(plan(tagKey)).rejects.toMatchObject({ code: 'badInput' });
    }
  });
});
