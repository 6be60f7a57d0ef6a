import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#server/clock/clock.ts';
import { type RedisCommand, type RedisConnection, RedisFault } from '#server/redis/redisConnection.ts';
import { type Decide, faultyConnection, pass } from '#test/support/jobs/faultyConnection.ts';
import { guardedJobsHarness, operator } from '#test/support/jobs/guardedJobsHarness.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

let redis: TestRedis;
const opened: RedisConnection[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  for (const connection of opened) connection.close();
  await redis[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await redis.client.flushall();
  for (let index = 0; index < 250; index += 1) {
    const key = `p:${index}`;
    const multi = redis.client.multi().set(key, 'v').sadd('tag:a', key).sadd(`key-tags:${key}`, 'a');
    await multi.exec();
  }
});

/** Operator connections whose commands go through `decide`. */
function openFaulty(decide: Decide) {
  return async () => {
    const connection = faultyConnection(openTestConnection(redis, 'operator'), decide);
    opened.push(connection);
    return connection;
  };
}

const timeout = () => new RedisFault('timeout', 'UNLINK', 'Redis did not answer in time.');

describe('a removal without an answer', () => {
  it('that ran is found by a re-read and counted as removed, and the job goes on', async () => {
    let unlinkCount = 0;
    const decide: Decide = ([name]) => {
      if (name !== 'UNLINK') return pass;
      unlinkCount += 1;
      return unlinkCount === 1 ? { kind: 'loseReply', fault: timeout() } : pass;
    };
    const { plan, start, ended } = guardedJobsHarness(openFaulty(decide));
    const job = await ended(await start(await plan('tag:a')));
    expect(job.state).toBe('completed');
    expect(job.progress).toMatchObject({ changedCount: 250, skippedCount: 0, unknownCount: 0 });
    expect(job.outcome).toMatch(/100 of the removed were found gone/);
    expect(await redis.client.dbsize()).toBe(0);
  });

  it('that did not run is asked for again', async () => {
    let unlinkCount = 0;
    const decide: Decide = ([name]) => {
      if (name !== 'UNLINK') return pass;
      unlinkCount += 1;
      return unlinkCount === 1 ? { kind: 'refuse', fault: timeout() } : pass;
    };
    const { plan, start, ended } = guardedJobsHarness(openFaulty(decide));
    const job = await ended(await start(await plan('tag:a')));
    expect(job.progress).toMatchObject({ changedCount: 250, unknownCount: 0 });
    expect(await redis.client.dbsize()).toBe(0);
  });

  it('is unknown, never failed, when no re-read is answered', async () => {
    let isAway = false;
    const decide: Decide = ([name]) => {
      if (name === 'UNLINK') isAway = true;
      return isAway ? { kind: 'loseReply', fault: timeout() } : pass;
    };
    const { plan, start, ended, audit } = guardedJobsHarness(openFaulty(decide));
    const job = await ended(await start(await plan('tag:a')));
    expect(job.state).toBe('unknown');
    expect(job.progress).toMatchObject({ changedCount: 0, failedCount: 0, unknownCount: 100 });
    expect(job.outcome).toMatch(/100 it is not known.*150 not attempted.*Make a new plan/);
    expect(audit.entries.at(-1)?.outcome).toMatch(/^unknown: /);
  });

  it('stays unknown when the second try is refused, since the first may have run', async () => {
    let unlinkCount = 0;
    const refusal = new RedisFault('readOnlyReplica', 'UNLINK', 'This Redis is a read-only replica.');
    const decide: Decide = ([name]) => {
      if (name !== 'UNLINK') return pass;
      unlinkCount += 1;
      return { kind: 'refuse', fault: unlinkCount === 1 ? timeout() : refusal };
    };
    const { plan, start, ended } = guardedJobsHarness(openFaulty(decide));
    const job = await ended(await start(await plan('tag:a')));
    expect(job.state).toBe('unknown');
    expect(job.progress).toMatchObject({ failedCount: 0, unknownCount: 100 });
    expect(job.outcome).toMatch(/read-only replica/);
  });

  it('is unknown when another Redis answers the re-read', async () => {
    let isAsked = false;
    const decide: Decide = ([name]) => {
      if (name !== 'UNLINK') return pass;
      isAsked = true;
      return { kind: 'refuse', fault: timeout() };
    };
    const open = openFaulty(decide);
    const { plan, start, ended } = guardedJobsHarness(async () => {
      const inner = await open();
      const send: RedisConnection['send'] = async (...command) =>
        command[0] === 'INFO' && isAsked ? Buffer.from('run_id:another\r\n') : inner.send(...command);
      return { ...inner, send };
    });
    const job = await ended(await start(await plan('tag:a')));
    expect(job.progress).toMatchObject({ changedCount: 0, unknownCount: 100 });
    expect(job.state).toBe('unknown');
  });

  it('to a clean-up of the index repeats the clean-up', async () => {
    let sremCount = 0;
    const decide: Decide = ([name]) => {
      if (name !== 'SREM') return pass;
      sremCount += 1;
      return sremCount === 1 ? { kind: 'refuse', fault: timeout() } : pass;
    };
    const { plan, start, ended } = guardedJobsHarness(openFaulty(decide));
    const job = await ended(await start(await plan('tag:a')));
    expect(job).toMatchObject({ state: 'completed', progress: { changedCount: 250, skippedCount: 0 } });
    expect(await redis.client.dbsize()).toBe(0);
  });
});

it('keys that nothing lists are removed once, so that what is stored anew meanwhile stays', async () => {
  const removed: RedisCommand[] = [];
  const decide: Decide = (command) => {
    if (command[0] === 'UNLINK') removed.push(command);
    return pass;
  };
  const { planOf, start, ended } = guardedJobsHarness(openFaulty(decide));
  await ended(await start(await planOf({ by: 'keys', keys: ['p:1', 'p:2'] })));
  expect(removed).toEqual([['UNLINK', Buffer.from('p:1'), Buffer.from('p:2')]]);
});

describe('a Redis that hangs in the middle of a purge', () => {
  it('that comes back is asked again, and the purge ends with true counts', async () => {
    let hangCount = 0;
    const decide: Decide = ([name]) => {
      if (name === 'UNLINK' && hangCount === 0) {
        hangCount += 1;
        redis.hang();
        // Long enough for the command to time out, short enough for the tries after it.
        setTimeout(() => redis.resume(), 1_600);
      }
      return pass;
    };
    const { plan, start, ended } = guardedJobsHarness(openFaulty(decide), { clock: systemClock() });
    const job = await ended(await start(await plan('tag:a')));
    expect(hangCount).toBe(1);
    expect(job.state).toBe('completed');
    expect(job.progress).toMatchObject({ changedCount: 250, unknownCount: 0, failedCount: 0 });
    expect(await redis.client.dbsize()).toBe(0);
  });

  it('that stays away while the operator stops the job leaves it unknown, with the batch counted so', async () => {
    const decide: Decide = ([name]) => {
      if (name === 'UNLINK') {
        redis.hang();
        for (const job of harness.jobs.list()) harness.jobs.cancel(job.id, operator);
      }
      return pass;
    };
    const harness = guardedJobsHarness(openFaulty(decide), { clock: systemClock() });
    try {
      const end = await harness.ended(await harness.start(await harness.plan('tag:a')));
      expect(end.state).toBe('unknown');
      expect(end.progress).toMatchObject({ unknownCount: 100, changedCount: 0, failedCount: 0 });
      expect(end.outcome).toMatch(/^Stopped by ada\..*150 not attempted/);
    } finally {
      redis.resume();
    }
  });
});

it('a Redis that was restarted empty since the plan gets a new plan', async () => {
  const harness = guardedJobsHarness(async () => openTestConnection(redis, 'operator'));
  const made = await harness.plan('tag:a');
  await redis.kill();
  await redis.restart();
  await expect(harness.start(made)).rejects.toMatchObject({ code: 'planChanged' });
});

it('a Redis that is away fails the plan with the reason', async () => {
  await redis.kill();
  const harness = guardedJobsHarness(async () => openTestConnection(redis, 'operator'));
  try {
    await expect(harness.plan('tag:a')).rejects.toMatchObject({ code: 'redisUnreachable' });
  } finally {
    await redis.restart();
  }
});
