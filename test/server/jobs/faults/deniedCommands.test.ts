import { describe, expect, it } from 'vitest';
import { aclWord } from '#server/redis/acl/aclWord.ts';
import { commandName } from '#server/redis/capabilities.ts';
import { faultyConnection, pass } from '#test/support/jobs/faultyConnection.ts';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { quickClock } from '#test/support/jobs/quickClock.ts';
import { keyDigests } from './keyDigests.ts';
import { purgeCasesOf, purgesOf } from './purgeCases.ts';

const bench = purgeBench();
const cases = purgeCasesOf(12);
const purges = purgesOf(cases);

/** Without them the plan says less, or nothing less; nothing depends on them. */
const optional = ['INFO', 'PING', 'DBSIZE', 'PUBSUB CHANNELS', 'FCALL'];
/** Without them there is no plan. */
const needed = ['TYPE', 'SSCAN', 'ZSCAN', 'HSCAN', 'SCAN', 'SCARD', 'ZCARD', 'MEMORY USAGE'];
/** Without them a purge runs that cannot be undone. */
const keeping = ['PTTL', 'GETRANGE', 'GET', 'DUMP', 'HMGET'];
/** Without them the values go and what lists them stays. */
const cleaning = ['SREM', 'ZREM', 'HDEL', 'PUBLISH'];

/** Connections that write down what is sent. */
function openNoting(sent: Set<string>) {
  return async () =>
    faultyConnection(await bench.openOperator(), ([name, first]) => {
      sent.add(commandName(name, first));
      return pass;
    });
}

/** Connections of a user who may do all but this. */
async function openWithout(command: string) {
  const rights = ['reset', 'on', '>pw', '~*', '&*', '+@all', aclWord(command).replace('+', '-')];
  await bench.redis.client.call('ACL', 'SETUSER', 'lacking', ...rights);
  return () => bench.openOperator({ username: 'lacking', password: 'pw' });
}

function naming(command: string): RegExp {
  const word = aclWord(command).replace('+', '\\+').replace('|', '\\|');
  return new RegExp(
    `The Redis user may not run ${command}\\. Missing without it: .+\\. Add ${word} to its ACL\\.`,
  );
}

async function commandsOf({ write, selection, input }: (typeof purges)[number]): Promise<string[]> {
  const sent = new Set<string>();
  await write(bench.redis.client);
  const { planOf, start, ended } = guardedJobsHarness(openNoting(sent));
  await ended(await start(await planOf(selection, input)));
  return [...sent].toSorted();
}

describe.each(purges)('a purge of $name, $way,', (purge) => {
  const { write, selection, input, keyCount, command: removing } = purge;
  const isKept = purge.way === 'at once, kept for an undo';

  it('says of each command that it may not send what it is and what is missing', async () => {
    const commands = await commandsOf(purge);
    expect(commands).toEqual(expect.arrayContaining(['MEMORY USAGE', removing]));
    for (const command of commands) {
      await bench.redis.client.flushall();
      await write(bench.redis.client);
      const before = await keyDigests(bench.redis.client);
      const { planOf, start, ended } = guardedJobsHarness(await openWithout(command));
      if (needed.includes(command)) {
        const message = new RegExp(`${naming(command).source}.*nothing was changed\\.$`);
        await expect(planOf(selection, input), command).rejects.toMatchObject({
          ...{ code: 'redisRefused', message: expect.stringMatching(message) },
        });
        expect(await keyDigests(bench.redis.client)).toEqual(before);
        continue;
      }
      const made = await planOf(selection, input);
      const isLost = isKept && keeping.includes(command);
      if (isLost)
        expect(made.undo).toMatchObject({ state: 'notKept', why: expect.stringMatching(naming(command)) });
      else expect(made.undo.state, command).toBe(isKept ? 'kept' : 'notKept');
      const job = await ended(await start(made));
      const done = { changedCount: keyCount, failedCount: 0, unknownCount: 0 };
      // The first stage is a key in a hundred.
      const batchCount = input.method?.how === 'staged' ? 1 : keyCount;
      const none = { changedCount: 0, failedCount: batchCount, unknownCount: 0 };
      if (command === removing) {
        expect(job).toMatchObject({ state: 'failed', progress: none });
        expect(await keyDigests(bench.redis.client)).toEqual(before);
      } else if (command === 'PUBLISH' && purge.name === 'a tag of our layout') {
        // News to running services, with which the purge itself does not stand or fall.
        expect(job).toMatchObject({ state: 'completed', progress: done });
        expect(job.outcome).toMatch(/Running services were not told/);
        expect(job.outcome).toMatch(naming(command));
      } else if (cleaning.includes(command)) {
        expect(job, command).toMatchObject({
          state: 'failed',
          progress: { ...done, changedCount: batchCount },
        });
        expect(job.outcome).toMatch(/The values are removed, but the tag's index was not wholly cleaned/);
      } else {
        expect([...optional, ...keeping]).toContain(command);
        expect(job, command).toMatchObject({ state: 'completed', progress: done });
      }
      if (job.state === 'failed') expect(job.outcome).toMatch(naming(command));
    }
  });
});

describe.each(cases)('an undo of a purge of $name', ({ write, selection, keyCount }) => {
  it('says of each command that it may not send what it is, and can be run again with all', async () => {
    const { client } = bench.redis;
    await write(client);
    const before = await keyDigests(client);
    const sent = new Set<string>();
    // The same jobs on connections of another user, since what is kept is kept by them.
    let open = openNoting(new Set());
    const harness = guardedJobsHarness(() => open(), { clock: quickClock() });
    const { planOf, planUndo, start, ended, undone } = harness;
    const purgeOnce = async () => {
      open = openNoting(new Set());
      return ended(await start(await planOf(selection, { isWholeCacheMeant: true, method: { how: 'now' } })));
    };
    const first = await purgeOnce();
    open = openNoting(sent);
    expect((await undone(await start(await planUndo(first)))).state).toBe('completed');
    expect(sent).toContain('RESTORE');
    for (const command of sent) {
      const purge = await purgeOnce();
      open = await openWithout(command);
      const job = await undone(await start(await planUndo(purge)));
      if (optional.includes(command)) {
        expect(job, command).toMatchObject({ state: 'completed', progress: { changedCount: keyCount } });
        continue;
      }
      expect(job, command).toMatchObject({ state: 'failed', progress: { unknownCount: 0 } });
      expect(job.outcome).toMatch(naming(command));
      expect(job.outcome).toMatch(
        /What was kept stays for its 15 minutes: bring back the rest by a new plan\.$/,
      );
      open = openNoting(new Set());
      const again = await undone(await start(await planUndo(purge)));
      expect(again, command).toMatchObject({ state: 'completed', progress: { failedCount: 0 } });
      expect([...(await keyDigests(client)).keys()]).toEqual([...before.keys()]);
    }
  });
});
