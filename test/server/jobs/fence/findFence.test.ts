import { beforeEach, describe, expect, it } from 'vitest';
import { findFence } from '#server/jobs/fence/findFence.ts';
import { aclLine } from '#server/redis/acl/aclLine.ts';
import { replyFault } from '#server/redis/faults/faultOf.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import { faultyConnection } from '#test/support/jobs/faultyConnection.ts';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { loadFence } from '#test/support/jobs/loadFence.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';

const bench = purgeBench();
const key = Buffer.from('app:1');

beforeEach(async () => {
  await loadFence(bench.redis.client);
  await bench.redis.client.set('app:1', 'v');
});

async function openUser(isFenced: boolean) {
  const line = aclLine({ user: 'u', roles: ['operator'], prefix: 'app:', database: 0, isFenced });
  await bench.redis.client.call(
    'ACL',
    'SETUSER',
    'u',
    'reset',
    ...line.split(/ (?![^(]*\))/).slice(2),
    '>pw',
  );
  return bench.openOperator({ username: 'u', password: 'pw' });
}

describe('a plan', () => {
  it('is fenced where the function is loaded and the ACL line allows it', async () => {
    const { planOf, start, ended } = guardedJobsHarness(() => openUser(true));
    const made = await planOf({ by: 'keys', keys: ['app:1'] });
    expect(made.fence).toEqual({ state: 'fenced', withinMs: 1_000 });
    expect((await ended(await start(made))).state).toBe('completed');
    expect(await bench.redis.client.exists('app:1')).toBe(0);
  });

  it('of a user who may not call functions falls back, says so, and purges', async () => {
    const { planOf, start, ended } = guardedJobsHarness(() => openUser(false));
    const made = await planOf({ by: 'keys', keys: ['app:1'] });
    expect(made.fence).toMatchObject({
      state: 'unfenced',
      why: expect.stringMatching(/may run later\. .*may not be called\. .*may not run FCALL\..*Add \+fcall/),
    });
    expect((await ended(await start(made))).state).toBe('completed');
    expect(await bench.redis.client.exists('app:1')).toBe(0);
  });

  it('to mark entries as stale needs none, and says why', async () => {
    const { planOf } = guardedJobsHarness(bench.openOperator);
    const soft = planOf({ by: 'keys', keys: ['app:1'] }, { method: { how: 'soft' } });
    await expect(soft).rejects.toMatchObject({ message: expect.stringContaining('None of the keys') });
  });
});

it('a look at the fence touches nothing, and asks of a key whether functions may be at it', async () => {
  const connection = await openUser(true);
  await expect(findFence(connection, key)).resolves.toMatchObject({ state: 'fenced' });
  await expect(findFence(connection, null)).resolves.toMatchObject({ state: 'fenced' });
  await expect(findFence(connection, Buffer.from('other:1'))).resolves.toMatchObject({
    state: 'unfenced',
    why: expect.stringMatching(/not on this key\. Add ~ with a pattern/),
  });
  expect(await bench.redis.client.get('app:1')).toBe('v');
});

describe('what answers instead of the function', () => {
  const answering = async (fault: RedisFault) =>
    findFence(
      faultyConnection(await bench.openOperator(), () => ({ kind: 'refuse', fault })),
      key,
    );

  it.each([
    ["ERR unknown command 'FCALL'", /Only Redis 7 and later/],
    ['MOVED 1 127.0.0.1:7001', /Cluster/],
    ["NOPERM this user has no permissions to run the 'fcall' command", /\+fcall/],
    ['ERR Function not found', /FUNCTION LOAD REPLACE/],
    ['ERR something else', /does not work here/],
  ])('%s leaves the plan unfenced', async (text, why) => {
    await expect(answering(replyFault(text, 'FCALL'))).resolves.toMatchObject({
      ...{ state: 'unfenced', why: expect.stringMatching(why) },
    });
  });

  it.each(['LOADING Redis is loading', 'READONLY replica', 'BUSY a script'])('%s stops it', async (text) => {
    await expect(answering(replyFault(text, 'FCALL'))).rejects.toBeInstanceOf(RedisFault);
  });
});
