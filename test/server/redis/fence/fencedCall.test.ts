import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { aclLine } from '#server/redis/acl/aclLine.ts';
import { commandGuard } from '#server/redis/commandGuard.ts';
import { decodeFenced, encodeFenced, groupForCalls, parseFenced } from '#server/redis/fence/fencedCall.ts';
import type { RedisCommand, RedisConnection } from '#server/redis/redisConnection.ts';
import { loadFence } from '#test/support/jobs/loadFence.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';

const bench = purgeBench();

const batch: readonly RedisCommand[] = [
  ['UNLINK', Buffer.from('app:1'), Buffer.from([0x61, 0x70, 0x70, 0x3a, 0xff, 0x0d, 0x0a])],
  ['SREM', 'app:set', '1', '2'],
  ['ZREM', 'app:zset', '1'],
  ['HDEL', 'app:__sharedTags__', '1'],
  ['PEXPIREAT', 'app:2', 4_102_444_800_000, 'LT'],
  ['PUBLISH', 'bentocache.notifications', 'message'],
];

async function fill(): Promise<void> {
  const { client } = bench.redis;
  const binary = Buffer.from([0x61, 0x70, 0x70, 0x3a, 0xff, 0x0d, 0x0a]);
  await client.mset('app:1', 'v', 'app:2', 'v', 'other:1', 'v');
  await client.set(binary, 'v');
  await client.sadd('app:set', '1', '2', '3');
  await client.zadd('app:zset', 1, '1', 2, '2');
  await client.hset('app:__sharedTags__', '1', 'v', '2', 'v');
}

/** What the user of the ACL line may send, under the operator's guard. */
async function openUser(change: readonly string[] = []): Promise<RedisConnection> {
  const { client } = bench.redis;
  const options = { user: 'fenced', roles: ['operator'], prefix: 'app:', database: 0 } as const;
  const words = aclLine({ ...options, isFenced: true }).split(/ (?![^(]*\))/);
  await client.call('ACL', 'SETUSER', 'fenced', 'reset', ...words.slice(2), '>pw', ...change);
  onTestFinished(() => void client.call('ACL', 'DELUSER', 'fenced'));
  return bench.openOperator({ username: 'fenced', password: 'pw' });
}

beforeEach(async () => {
  await loadFence(bench.redis.client);
  await fill();
});

const later = () => Date.now() + 60_000;

describe('the function', () => {
  it('runs every command of a batch before the deadline, for a user who has no more than the ACL line', async () => {
    const { client } = bench.redis;
    const connection = await openUser();
    const reply = await connection.send(...encodeFenced(later(), batch));
    const { nowMs, replies } = parseFenced(reply, batch);
    expect(replies).toEqual([2, 2, 1, 1, 1, 0]);
    expect(Math.abs((nowMs ?? 0) - Date.now())).toBeLessThan(5_000);
    expect((await client.keys('*')).toSorted()).toEqual(
      ['app:2', 'app:__sharedTags__', 'app:set', 'app:zset', 'other:1'].toSorted(),
    );
    expect(await client.pexpiretime('app:2')).toBe(4_102_444_800_000);
  });

  it('touches nothing once the deadline has passed', async () => {
    const { client } = bench.redis;
    const before = await client.keys('*');
    const connection = await openUser();
    const reply = await connection.send(...encodeFenced(Date.now() - 1, batch));
    for (const fault of parseFenced(reply, batch).replies) expect(fault).toMatchObject({ kind: 'expired' });
    expect((await client.keys('*')).toSorted()).toEqual(before.toSorted());
    expect(await client.scard('app:set')).toBe(3);
    expect(await client.pttl('app:2')).toBe(-1);
  });

  it('stops at what the user may not do, says what it is, and leaves the rest', async () => {
    const connection = await openUser([
      'clearselectors',
      '(%W~app:* -@all +unlink)',
      '(~app:* -@all +fcall)',
    ]);
    const reply = await connection.send(...encodeFenced(later(), batch));
    const [first, ...rest] = parseFenced(reply, batch).replies;
    expect(first).toBe(2);
    for (const fault of rest) expect(fault).toMatchObject({ kind: 'notPermitted', command: 'SREM' });
    expect(await bench.redis.client.hexists('app:__sharedTags__', '1')).toBe(1);
  });

  it('needs TIME, and says so', async () => {
    const connection = await openUser(['-time']);
    const [fault] = parseFenced(await connection.send(...encodeFenced(later(), batch)), batch).replies;
    expect(fault).toMatchObject({ kind: 'notPermitted', command: 'TIME' });
    expect(await bench.redis.client.exists('app:1')).toBe(1);
  });

  it('reaches no key outside of the prefix, and gives its user neither EVAL nor FUNCTION', async () => {
    const connection = await openUser();
    const outside: readonly RedisCommand[] = [['UNLINK', 'other:1']];
    await expect(connection.send(...encodeFenced(later(), outside))).rejects.toMatchObject({
      kind: 'keyNotPermitted',
      message: expect.stringContaining('Add ~ with a pattern'),
    });
    const plain = bench.redis.client.duplicate({
      username: 'fenced',
      password: 'pw',
      disableClientInfo: true,
    });
    onTestFinished(() => plain.disconnect());
    await expect(plain.eval('return 1', 0)).rejects.toThrow('NOPERM');
    await expect(plain.call('FUNCTION', 'FLUSH')).rejects.toThrow('NOPERM');
    // By the function itself, past our guard: the ACL holds inside of it too.
    await expect(
      plain.call('FCALL', 'cachescope_fence_1', '0', String(later()), 'UNLINK', '0', '1', 'other:1'),
    ).resolves.toMatchObject([expect.stringMatching('REFUSED'), expect.anything(), [], expect.anything()]);
    expect(await bench.redis.client.exists('other:1')).toBe(1);
  });

  it('runs no other command, whoever calls it', async () => {
    const call = ['cachescope_fence_1', '0', String(later()), 'FLUSHALL', '0', '0'];
    await expect(bench.redis.client.call('FCALL', ...call)).resolves.toMatchObject([
      'REFUSED',
      expect.any(Number),
      [],
      'ERR not a command of a purge',
    ]);
    expect(await bench.redis.client.exists('app:1')).toBe(1);
  });

  it('works on a full Redis', async () => {
    const { client } = bench.redis;
    await client.config('SET', 'maxmemory', '1');
    onTestFinished(async () => void (await client.config('SET', 'maxmemory', '0')));
    const connection = await bench.openOperator();
    const { replies } = parseFenced(await connection.send(...encodeFenced(later(), batch)), batch);
    expect(replies).toEqual([2, 2, 1, 1, 1, 0]);
  });
});

describe('the guard of the operator', () => {
  const guard = commandGuard('operator');

  it('reads the commands of a call as they were, and admits them by their own rules', () => {
    const [, ...call] = encodeFenced(later(), batch);
    expect(decodeFenced(call)).toEqual(batch);
    expect(guard.admit(['FCALL', ...call])).toBe('FCALL');
    const many = Array.from({ length: 101 }, (_, at) => `app:${at}`);
    for (const command of [
      ['UNLINK', ...many],
      ['HDEL', 'app:1', 'f'],
      ['PUBLISH', 'orders', 'm'],
    ] satisfies readonly RedisCommand[]) {
      expect(() => guard.admit(encodeFenced(later(), [command]))).toThrow(/Refused by our own command guard/);
    }
  });

  it.each<RedisCommand[]>([
    [['FCALL', 'another_function', 0, 1]],
    [['FCALL', 'cachescope_fence_1', 1, 'app:1', 1, 'SET', 1, 1, 'v']],
    [['FCALL', 'cachescope_fence_1', 0, 1, 'FCALL', 0, 1, 'x']],
    [['FCALL', 'cachescope_fence_1', 0, 1, 'UNLINK', 2, 0]],
    [['FCALL', 'cachescope_fence_1', 'x', 1]],
    [['FCALL', 'cachescope_fence_1', 0]],
    [['FCALL']],
  ])('refuses %j', (command) => {
    expect(() => guard.admit(command)).toThrow(/Refused by our own command guard/);
  });

  it('gives calls to nobody else', () => {
    for (const role of ['monitor', 'sampler', 'probe', 'inspector'] as const)
      expect(() => commandGuard(role).admit(encodeFenced(later(), batch))).toThrow(/is not for the/);
  });
});

it('what does not fit one call goes in several, in order', () => {
  const commands = Array.from({ length: 400 }, (_, at): RedisCommand => ['SREM', `app:${at}`, 'm']);
  const groups = groupForCalls(commands);
  expect(groups.length).toBeGreaterThan(1);
  expect(groups.flat()).toEqual(commands);
  for (const group of groups)
    expect(() => commandGuard('operator').admit(encodeFenced(1, group))).not.toThrow();
});

it('an answer that is none is a fault, never a success', () => {
  for (const reply of [null, 3, Buffer.from('OK'), [], [Buffer.from('RAN'), 1, [1]]])
    expect(parseFenced(reply, batch).replies).toEqual(
      batch.map(() => expect.objectContaining({ kind: 'other' })),
    );
});
