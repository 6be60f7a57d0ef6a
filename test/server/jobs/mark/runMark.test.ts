import { describe, expect, it } from 'vitest';
import { systemClock } from '#server/clock/clock.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import { type Decide, faultyConnection, pass } from '#test/support/jobs/faultyConnection.ts';
import { guardedJobsHarness, operator } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { startTcpProxy } from '#test/support/redis/startTcpProxy.ts';

const bench = purgeBench();
const { openOperator } = bench;

const COUNTER = 'shop:cachetags:users';
const TIME = 'bento:___bc:t:users';
const CHANNEL = 'bentocache.notifications';

const lost = new RedisFault('timeout', 'INCR', 'Redis gave no answer within 1 s.');
const denied = new RedisFault('notPermitted', 'PUBLISH', 'The ACL does not allow PUBLISH.');

/** Guarded jobs whose commands a test may spoil. */
function harnessWith(decide: Decide) {
  return guardedJobsHarness(async () => faultyConnection(await openOperator(), decide));
}

/** Spoils the first so many commands of this name. */
function spoil(name: string, times: number, verdict: Awaited<ReturnType<Decide>>): Decide {
  let left = times;
  return ([command]) => {
    if (command !== name || left === 0) return pass;
    left -= 1;
    return verdict;
  };
}

async function listen(): Promise<AsyncDisposable & { readonly heard: readonly string[] }> {
  const client = bench.redis.client.duplicate();
  const heard: string[] = [];
  client.on('message', (channel) => heard.push(String(channel)));
  await client.subscribe(CHANNEL);
  return {
    heard,
    async [Symbol.asyncDispose]() {
      client.disconnect();
    },
  };
}

describe('the plan of a purge by mark', () => {
  it('knows no count, and asks for the environment and a reason', async () => {
    await bench.redis.client.set(COUNTER, '4');
    const { planMark, start } = guardedJobsHarness(openOperator);
    const plan = await planMark('drupal', COUNTER);
    expect(plan).toMatchObject({
      ...{ kind: 'mark', tag: 'users', subject: COUNTER, state: { kind: 'counter', count: 4 } },
      ...{ confirmation: { kind: 'typed', text: 'demo' }, isReasonRequired: true, channelCount: null },
    });
    expect(plan.title).toBe('Purge all that is tagged users (Drupal) in demo');
    expect(plan.warning).toMatch(/not known.*cannot be undone/s);
    expect(plan.shellCommands.join()).toContain('INCR');
    expect(JSON.stringify(plan)).not.toContain('"keyCount"');
    await expect(start(plan, { typed: '' })).rejects.toMatchObject({ code: 'confirmationMismatch' });
    await expect(start(plan, { reason: ' ' })).rejects.toMatchObject({ code: 'reasonMissing' });
    expect(await bench.redis.client.get(COUNTER)).toBe('4');
  });

  it('is refused, with the reason, where no purge from outside works', async () => {
    const ticks = Buffer.alloc(8);
    ticks.writeBigInt64LE(638_000_000_000_000_000n);
    await bench.redis.client.hset('__MSFT_HCT__users', 'data', ticks);
    const { planMark, audit } = guardedJobsHarness(openOperator);
    const refusal = planMark('hybridCache', '__MSFT_HCT__users');
    await expect(refusal).rejects.toMatchObject({
      code: 'badInput',
      message: /reads the mark of a tag once/,
    });
    await expect(planMark('drupal', 'shop:other')).rejects.toMatchObject({ code: 'badInput' });
    await bench.redis.client.rpush(COUNTER, 'x');
    await expect(planMark('drupal', COUNTER)).rejects.toMatchObject({ code: 'notFound' });
    expect(audit.entries).toEqual([]);
  });

  it('is for operators only', async () => {
    await bench.redis.client.set(COUNTER, '4');
    const { planMark } = guardedJobsHarness(openOperator);
    const viewer = { ...operator, role: 'viewer' } as const;
    await expect(planMark('drupal', COUNTER, viewer)).rejects.toMatchObject({ code: 'notAllowed' });
  });

  it('counts the channels on which services listen', async () => {
    await using _listener = await listen();
    const { planMark } = guardedJobsHarness(openOperator);
    expect(await planMark('bentocache', TIME)).toMatchObject({ state: { kind: 'absent' }, channelCount: 1 });
  });
});

describe('a purge by mark', () => {
  it('is on record before the mark is written', async () => {
    await bench.redis.client.set(COUNTER, '4');
    const phases: string[][] = [];
    const { planMark, start, marked, audit } = harnessWith(([name]) => {
      if (name === 'INCR') phases.push(audit.entries.map(({ phase }) => phase));
      return pass;
    });
    const job = await marked(await start(await planMark('drupal', COUNTER)));
    expect(phases).toEqual([['planned', 'started']]);
    expect(job.outcome).toMatch(/^The tag is purged in Redis/);
    expect(audit.entries.at(-1)).toMatchObject({
      ...{ action: 'mark', phase: 'ended', subject: COUNTER, plannedCount: null, progress: null },
      reason: 'a test',
    });
  });

  it('writes nothing when the audit log cannot be written', async () => {
    await bench.redis.client.set(COUNTER, '4');
    const { planMark, start, audit } = guardedJobsHarness(openOperator);
    const plan = await planMark('drupal', COUNTER);
    audit.breakDown();
    await expect(start(plan)).rejects.toMatchObject({ code: 'auditUnavailable' });
    expect(await bench.redis.client.get(COUNTER)).toBe('4');
  });

  it('goes on from what others wrote since the plan, and says so', async () => {
    await bench.redis.client.set(COUNTER, '4');
    const { planMark, start, marked } = guardedJobsHarness(openOperator);
    const plan = await planMark('drupal', COUNTER);
    await bench.redis.client.set(COUNTER, '9');
    const job = await marked(await start(plan));
    expect(await bench.redis.client.get(COUNTER)).toBe('10');
    expect(job.outcome).toContain('Others had purged it too since the plan.');
  });

  it.each([
    ['fell back', ['SET', COUNTER, '3']],
    ['is gone', ['DEL', COUNTER]],
    ['is another thing by now', ['LPUSH', COUNTER, 'x']],
  ] as const)('starts nothing when the mark %s', async (_how, [name, ...args]) => {
    await bench.redis.client.set(COUNTER, '4');
    const { planMark, start } = guardedJobsHarness(openOperator);
    const plan = await planMark('drupal', COUNTER);
    if (name === 'LPUSH') await bench.redis.client.del(COUNTER);
    await bench.redis.client.call(name, ...args);
    await expect(start(plan)).rejects.toMatchObject({ code: 'planChanged' });
  });

  it('starts nothing on another Redis than the one that was planned on', async () => {
    await bench.redis.client.set(COUNTER, '4');
    let isOther = false;
    const { planMark, start } = guardedJobsHarness(async () => {
      const inner = await openOperator();
      return {
        ...inner,
        send: async (...command) =>
          isOther && command[0] === 'INFO' ? Buffer.from('run_id:another') : inner.send(...command),
      };
    });
    const plan = await planMark('drupal', COUNTER);
    isOther = true;
    await expect(start(plan)).rejects.toMatchObject({ code: 'planChanged' });
    expect(await bench.redis.client.get(COUNTER)).toBe('4');
  });

  it('finds by a re-read that it is done when only the answer was lost, and writes it once', async () => {
    await bench.redis.client.set(COUNTER, '4');
    const { planMark, start, marked } = harnessWith(spoil('INCR', 1, { kind: 'loseReply', fault: lost }));
    const job = await marked(await start(await planMark('drupal', COUNTER)));
    expect(job).toMatchObject({ state: 'completed', progress: { mark: 'written' } });
    expect(job.outcome).toContain('found so after Redis gave no answer');
    expect(job.outcome).not.toContain('Others had purged it');
    expect(await bench.redis.client.get(COUNTER)).toBe('5');
  });

  it('sends it again when it was lost on the way', async () => {
    await bench.redis.client.set(COUNTER, '4');
    const { planMark, start, marked } = harnessWith(spoil('INCR', 2, { kind: 'refuse', fault: lost }));
    const job = await marked(await start(await planMark('drupal', COUNTER)));
    expect(job).toMatchObject({ state: 'completed', progress: { mark: 'written' } });
    expect(await bench.redis.client.get(COUNTER)).toBe('5');
  });

  it('is unknown, never failed, when no answer ever tells', async () => {
    await bench.redis.client.set(COUNTER, '4');
    const { planMark, start, marked } = harnessWith(spoil('INCR', 99, { kind: 'refuse', fault: lost }));
    const job = await marked(await start(await planMark('drupal', COUNTER)));
    expect(job).toMatchObject({ state: 'unknown', progress: { mark: 'unknown' } });
    expect(job.outcome).toMatch(/not known whether the tag is purged.*tried 3 times.*does no harm/s);
  });

  it('is unknown when a refusal follows a command without an answer', async () => {
    await bench.redis.client.set(COUNTER, '4');
    const full = new RedisFault('outOfMemory', 'INCR', 'Redis is full.');
    let count = 0;
    const { planMark, start, marked } = harnessWith(([name]) => {
      if (name !== 'INCR') return pass;
      count += 1;
      return { kind: 'refuse', fault: count === 1 ? lost : full };
    });
    const job = await marked(await start(await planMark('drupal', COUNTER)));
    expect(job).toMatchObject({ state: 'unknown', progress: { mark: 'unknown' } });
  });

  it('is failed, and changes nothing, when Redis refuses the mark', async () => {
    await bench.redis.client.set(COUNTER, '4');
    const full = new RedisFault('outOfMemory', 'INCR', 'Redis is full.');
    const { planMark, start, marked } = harnessWith(spoil('INCR', 1, { kind: 'refuse', fault: full }));
    const job = await marked(await start(await planMark('drupal', COUNTER)));
    expect(job).toMatchObject({ state: 'failed', progress: { mark: 'notWritten' } });
    expect(job.outcome).toBe(
      'Stopped by itself. Redis is full. The mark was not written; nothing was changed.',
    );
    expect(await bench.redis.client.get(COUNTER)).toBe('4');
  });

  it('writes nothing when it is stopped before the mark is sent', async () => {
    await bench.redis.client.set(COUNTER, '4');
    const { planMark, start, marked, jobs } = guardedJobsHarness(openOperator);
    jobs.onChange((job) => jobs.cancel(job.id, operator));
    const job = await marked(await start(await planMark('drupal', COUNTER)));
    expect(job).toMatchObject({ state: 'cancelled', progress: { mark: 'notWritten' } });
    expect(job.outcome).toMatch(/^Stopped by ada\. The mark was not written/);
    expect(await bench.redis.client.get(COUNTER)).toBe('4');
  });
});

describe('what follows a mark', () => {
  it('says that services were not told when Redis refuses the message', async () => {
    await using listener = await listen();
    const { planMark, start, marked } = harnessWith(spoil('PUBLISH', 9, { kind: 'refuse', fault: denied }));
    const job = await marked(await start(await planMark('bentocache', TIME)));
    expect(job).toMatchObject({
      ...{ state: 'failed', progress: { mark: 'written', channelCount: 1, toldCount: 0 } },
    });
    expect(job.outcome).toMatch(/purged in Redis.*were not told.*ACL does not allow PUBLISH/s);
    expect(await bench.redis.client.exists(TIME)).toBe(1);
    expect(listener.heard).toEqual([]);
  });

  it('tells again on a fresh connection when no answer came', async () => {
    await using listener = await listen();
    const { planMark, start, marked } = harnessWith(spoil('PUBLISH', 1, { kind: 'refuse', fault: lost }));
    const job = await marked(await start(await planMark('bentocache', TIME)));
    expect(job).toMatchObject({ state: 'completed', progress: { toldCount: 1 } });
    expect(job.outcome).toContain('Told on 1 channel.');
    await expect.poll(() => listener.heard).toEqual([CHANNEL]);
  });

  it('is unknown when no answer ever tells', async () => {
    await using _listener = await listen();
    const { planMark, start, marked } = harnessWith(spoil('PUBLISH', 99, { kind: 'loseReply', fault: lost }));
    const job = await marked(await start(await planMark('bentocache', TIME)));
    expect(job).toMatchObject({ state: 'unknown', progress: { mark: 'written', toldCount: 0 } });
    expect(job.outcome).toMatch(/purged in Redis.*Whether services .* were told is not known/s);
  });

  it('says that the mark may expire too soon when its life could not be set', async () => {
    await bench.redis.client.set('shop:group-index:users', '2', 'EX', 60);
    const { planMark, start, marked } = harnessWith(spoil('PEXPIREAT', 9, { kind: 'refuse', fault: denied }));
    const job = await marked(await start(await planMark('layeredLoader', 'shop:group-index:users')));
    expect(job.state).toBe('failed');
    expect(job.outcome).toMatch(/keeps the TTL that it had/);
    expect(job.outcome).not.toMatch(/were not told/);
  });
});

describe('on a network with faults', () => {
  /** The real clock with short pauses: the tries of one job outlast the 50 ms of a network that resets. */
  const clock = {
    ...systemClock(),
    pause: (_ms: number, signal?: AbortSignal) => systemClock().pause(40, signal),
  };

  it.each([
    ['the answer hangs and comes too late', 'hang', 'completed', 5],
    ['all connections are reset as it is sent', 'reset', 'completed', 5],
    ['it is lost on a half-open connection', 'blackhole', 'completed', 5],
    ['no answer comes and the job is stopped', 'stop', 'unknown', 5],
  ] as const)('ends with what is true when %s', async (_name, fault, state, count) => {
    await bench.redis.client.set(COUNTER, '4');
    await using proxy = await startTcpProxy(bench.redis.port);
    let isSpoiled = false;
    const decide: Decide = async ([name]) => {
      if (name !== 'INCR' || isSpoiled) return pass;
      isSpoiled = true;
      if (fault === 'reset') await proxy.reset();
      else if (fault === 'blackhole') await proxy.blackhole('toRedis');
      else await proxy.hang('toClient');
      if (fault === 'stop') for (const { id } of jobs.list()) jobs.cancel(id, operator);
      else setTimeout(() => void proxy.pass(), fault === 'reset' ? 50 : 1_300);
      return pass;
    };
    const { planMark, start, marked, jobs } = guardedJobsHarness(
      async () => faultyConnection(openTestConnection({ port: proxy.port }, 'operator'), decide),
      { clock },
    );
    const job = await marked(await start(await planMark('drupal', COUNTER)));
    expect(isSpoiled).toBe(true);
    expect(job).toMatchObject({ state, progress: { mark: state === 'unknown' ? 'unknown' : 'written' } });
    expect(await bench.redis.client.get(COUNTER)).toBe(String(count));
  });
});
