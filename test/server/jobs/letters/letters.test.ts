import { describe, expect, it, onTestFinished } from 'vitest';
import { type RedisCommand, RedisFault } from '#server/redis/redisConnection.ts';
import { type LettersInput, lettersInputSchema } from '#shared/acting/plan.ts';
import { DEFAULT_EVENT_STREAM, eventStreamKeys } from '#shared/control/eventStreamKeys.ts';
import { letterStreamKey } from '#shared/letters/letterStreams.ts';
import { type Decide, faultyConnection, pass } from '#test/support/jobs/faultyConnection.ts';
import { guardedJobsHarness, operator } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { buryLetters, envelope, eventsInStream, LETTERS } from '#test/support/letters/buryLetters.ts';
import { eventStreams } from '#test/support/openTestConnection.ts';

const bench = purgeBench();
const ORDERS = 'orders';

/** The real clock, without the waiting. */
const quickClock = () => ({
  nowMs: () => Date.now(),
  elapsedMs: () => performance.now(),
  pause: async () => {},
});

function open(decide: Decide = () => pass) {
  const harness = guardedJobsHarness(async () => faultyConnection(await bench.openOperator(), decide), {
    clock: quickClock(),
    prefixOf: (service) => (service === 'shop' ? 'shop:' : null),
    eventStreams,
  });
  const plan = (change: Partial<LettersInput> = {}) =>
    harness.jobs.planLetters(
      {
        ...{
          targetId: 'default',
          act: 'replay',
          stream: { queue: 'events', service: 'shop', stream: DEFAULT_EVENT_STREAM },
          ids: null,
        },
        ...change,
      },
      operator,
    );
  const run = async (change: Partial<LettersInput> = {}) =>
    harness.settled(await harness.start(await plan(change)));
  return { ...harness, plan, run };
}

const isExec = ([name]: RedisCommand) => name === 'EXEC';
const lost = new RedisFault('timeout', 'EXEC', 'Redis did not answer.');

describe('replaying dead letters', () => {
  it('puts each back into the stream as it was published, and takes it out of the letters', async () => {
    const { client } = bench.redis;
    await buryLetters(client, 45);
    const { plan, start, settled, audit } = open();
    const made = await plan();
    expect(made).toMatchObject({ keyCount: 45, events: [{ event: 'product.updated', count: 45 }] });
    expect(made.title).toBe('Replay 45 dead letters of shop in demo');
    const job = await settled(await start(made));
    expect(job).toMatchObject({
      state: 'completed',
      progress: { changedCount: 45 },
      outcome: '45 replayed.',
    });
    expect(await client.xlen(LETTERS)).toBe(0);
    expect(await eventsInStream(client)).toEqual([
      'other',
      ...Array.from({ length: 45 }, (_, at) => `e${at}`),
    ]);
    const [, [, fields] = ['', []]] = await client.xrange(DEFAULT_EVENT_STREAM, '-', '+');
    expect(fields).toEqual([
      ...['v', '1', 'id', 'e0', 'event', 'product.updated', 'source', 'catalog', 'instance', 'catalog-1'],
      ...['atMs', '1000', 'payload', '{"id":7,"email":"ada@example.com"}'],
    ]);
    const phases = (await audit.list(10)).map(({ action, phase }) => `${action} ${phase}`);
    expect(phases).toEqual(['letters ended', 'letters started', 'letters planned']);
  });

  it('replays one alone, and skips one that somebody else has settled since the plan', async () => {
    const { client } = bench.redis;
    const ids = await buryLetters(client, 3);
    const { plan, start, settled } = open();
    const made = await plan({ ids: ids.slice(0, 2) });
    await client.xdel(LETTERS, ids[0] ?? '');
    const job = await settled(await start(made));
    expect(job.progress).toMatchObject({ changedCount: 1, skippedCount: 1 });
    expect(await eventsInStream(client)).toEqual(['other', 'e1']);
    expect(await client.xlen(LETTERS)).toBe(1);
  });

  it('does nothing twice when the answer of a transaction that ran is lost', async () => {
    const { client } = bench.redis;
    await buryLetters(client, 3);
    let isFirst = true;
    const { run } = open((command) => {
      if (!isExec(command) || !isFirst) return pass;
      isFirst = false;
      return { kind: 'loseReply', fault: lost };
    });
    const job = await run();
    expect(job).toMatchObject({ state: 'completed', progress: { changedCount: 3, unknownCount: 0 } });
    expect(job.outcome).toContain(
      '3 of the replayed were found in the stream of events after Redis gave no answer',
    );
    expect(await eventsInStream(client)).toEqual(['other', 'e0', 'e1', 'e2']);
  });

  it('does not call replayed what somebody else took out while an answer was missing', async () => {
    const { client } = bench.redis;
    const [taken = ''] = await buryLetters(client, 3);
    let isFirst = true;
    const { run } = open(async (command) => {
      if (!isExec(command) || !isFirst) return pass;
      isFirst = false;
      await client.xdel(LETTERS, taken);
      return { kind: 'refuse', fault: lost };
    });
    expect(await run()).toMatchObject({
      ...{ state: 'completed', outcome: '2 replayed, 1 were gone already.' },
      progress: { changedCount: 2, skippedCount: 1 },
    });
    expect(await eventsInStream(client)).toEqual(['other', 'e1', 'e2']);
  });

  it('calls refused nothing that an unanswered transaction may yet do', async () => {
    const { client } = bench.redis;
    await buryLetters(client, 3);
    const { run } = open((command) => (isExec(command) ? { kind: 'refuse', fault: lost } : pass));
    expect(await run()).toMatchObject({
      ...{ state: 'unknown', progress: { failedCount: 0, unknownCount: 3 } },
    });
    expect(await client.xlen(LETTERS)).toBe(3);
  });

  it('buries again what was taken out when the stream was replaced in the last moment', async () => {
    const { client } = bench.redis;
    await buryLetters(client, 2);
    const { run } = open(async (command) => {
      if (isExec(command)) await client.set(DEFAULT_EVENT_STREAM, 'something else');
      return pass;
    });
    const job = await run();
    expect(job).toMatchObject({ state: 'failed', progress: { failedCount: 2 } });
    expect(job.outcome).toContain('2 letters are back among the others, under new ids.');
    expect(await client.xlen(LETTERS)).toBe(2);
  });

  it('loses no letter when the connection breaks before Redis runs the transaction', async () => {
    const { client } = bench.redis;
    await buryLetters(client, 3);
    let isFirst = true;
    const { run } = open((command) => {
      if (!isExec(command) || !isFirst) return pass;
      isFirst = false;
      return { kind: 'refuse', fault: lost };
    });
    expect(await run()).toMatchObject({ state: 'completed', progress: { changedCount: 3 } });
    expect(await eventsInStream(client)).toEqual(['other', 'e0', 'e1', 'e2']);
  });

  it('says that it is not known, never that it failed, when Redis stays silent', async () => {
    await buryLetters(bench.redis.client, 3);
    let isSilent = false;
    const { run } = open((command) => {
      isSilent ||= isExec(command);
      return isSilent ? { kind: 'refuse', fault: lost } : pass;
    });
    const job = await run();
    expect(job).toMatchObject({ state: 'unknown', progress: { unknownCount: 3, failedCount: 0 } });
    expect(job.outcome).toContain('none is lost');
  });

  it('tries again when another letter comes in between, and gives up where they come all the time', async () => {
    const { client } = bench.redis;
    await buryLetters(client, 2);
    let conflicts = 0;
    const burying = (most: number) =>
      open(async (command) => {
        if (isExec(command) && conflicts < most) {
          conflicts += 1;
          await client.xadd(LETTERS, '*', 'event', 'late');
        }
        return pass;
      });
    expect(await burying(1).run()).toMatchObject({ state: 'completed', progress: { changedCount: 2 } });
    const [id = ''] = await buryLetters(client, 1);
    const job = await burying(1_000).run({ ids: [id] });
    expect(job).toMatchObject({ state: 'failed', progress: { failedCount: 1 } });
    expect(await client.xrange(LETTERS, id, id)).toHaveLength(1);
  });

  it('keeps the letters of a stream that is gone, or that somebody replaced', async () => {
    const { client } = bench.redis;
    await buryLetters(client, 2);
    const { plan, start, settled } = open();
    const made = await plan();
    await client.set(DEFAULT_EVENT_STREAM, 'something else');
    expect(await settled(await start(made))).toMatchObject({ state: 'failed', progress: { failedCount: 2 } });
    expect(await client.xlen(LETTERS)).toBe(2);
    await expect(plan()).rejects.toThrow(/There is no stream cachescope:events/);
  });

  it('puts those of another stream back into that one, and settles none of a stream that it was not told of', async () => {
    const { client } = bench.redis;
    const letters = eventStreamKeys(ORDERS).deadLettersOf('shop');
    await client.xadd(ORDERS, '*', ...envelope('other'));
    await client.xadd(letters, '*', ...envelope('e0'), 'deliveries', '5', 'reason', 'no such order');
    const { plan, start, settled } = open();
    const of = (stream: string) => ({ queue: 'events', service: 'shop', stream }) as const;
    const made = await plan({ stream: of(ORDERS) });
    expect(made.title).toBe('Replay 1 dead letter of shop (events of orders) in demo');
    expect(await settled(await start(made))).toMatchObject({ outcome: '1 replayed.' });
    expect([await client.xlen(letters), await client.xlen(ORDERS)]).toEqual([0, 2]);
    expect(await client.exists(DEFAULT_EVENT_STREAM)).toBe(0);
    await expect(plan({ stream: of('refunds') })).rejects.toThrow(/--event-streams refunds/);
  });

  it('refuses invalidations, services that nobody knows, and letters that are gone', async () => {
    const { plan } = open();
    await buryLetters(bench.redis.client, 0);
    await expect(plan()).rejects.toThrow(/no such dead letters/);
    await expect(
      plan({ stream: { queue: 'events', service: 'gone', stream: DEFAULT_EVENT_STREAM } }),
    ).rejects.toThrow(/No service gone/);
    await expect(plan({ stream: { queue: 'invalidations', service: 'shop' } })).rejects.toThrow(
      /dead-letters purge/,
    );
    expect(lettersInputSchema.safeParse({ targetId: 'default', act: 'replay', ids: ['-'] }).success).toBe(
      false,
    );
  });
});

describe('dropping dead letters', () => {
  it('says when there are more than one plan takes', async () => {
    const { client } = bench.redis;
    const stream = { queue: 'write-behind', service: 'shop', family: 'stock' } as const;
    const key = letterStreamKey(stream, 'shop:');
    const bury = async (count: number) => {
      const pipeline = client.pipeline();
      for (let at = 0; at < count; at += 1) pipeline.xadd(key, '*', 'key', `stock:${at}`);
      await pipeline.exec();
    };
    const { plan } = open();
    await bury(10_000);
    expect((await plan({ act: 'drop', stream })).warning).toMatch(/^There is no undo/);
    await bury(1);
    const made = await plan({ act: 'drop', stream });
    expect(made.keyCount).toBe(10_000);
    expect(made.warning).toMatch(
      /^There are more: these are the 10,000 oldest\. Plan again for the rest\. There is/,
    );
  });

  it('wants a reason, and leaves the stream of events as it is', async () => {
    const { client } = bench.redis;
    await buryLetters(client, 4);
    const { plan, start, settled } = open();
    const made = await plan({ act: 'drop' });
    expect(made.isReasonRequired).toBe(true);
    expect(await settled(await start(made))).toMatchObject({ outcome: '4 dropped.' });
    expect(await client.xlen(LETTERS)).toBe(0);
    expect(await eventsInStream(client)).toEqual(['other']);
  });

  it('drops from a full Redis, where it would be wanted most', async () => {
    const { client } = bench.redis;
    await buryLetters(client, 4);
    await client.config('SET', 'maxmemory', '1');
    onTestFinished(async () => void (await client.config('SET', 'maxmemory', '0')));
    expect(await open().run({ act: 'drop' })).toMatchObject({ outcome: '4 dropped.' });
  });

  it('drops invalidations of the service, too', async () => {
    const { client } = bench.redis;
    const key = 'shop:cachescope:dead-letters:invalidations';
    await client.xadd(key, '*', 'kind', 'tag', 'target', 'list:a', 'reason', 'refused');
    const { run } = open();
    const stream = { queue: 'invalidations', service: 'shop' } as const;
    expect(await run({ act: 'drop', stream })).toMatchObject({ outcome: '1 dropped.' });
    expect(await client.xlen(key)).toBe(0);
  });
});
