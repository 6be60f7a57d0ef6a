import { expect, test } from 'vitest';
import { RedisFault, type RedisReply } from '#server/redis/redisConnection.ts';
import { AnnouncedInstances } from '#server/sources/announced/announcedInstances.ts';
import { type InstanceSnapshot, instancesKey } from '#shared/control/instanceSnapshot.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { noMemory } from '#test/support/services/noMemory.ts';
import { startRedis } from '#test/support/startRedis.ts';

/** A Redis in which one instance is on the list of `shop:`, wrote at `seenAtMs`, and has no snapshot. */
function openAnnounced(seenAtMs: number) {
  const asked: string[] = [];
  let named = ['shop:'];
  let nowMs = seenAtMs;
  const announced = new AnnouncedInstances({
    memory: noMemory,
    connection: {
      pipeline: async (commands) =>
        commands.map(([word, key]): RedisReply => {
          if (word !== 'ZRANGE') return null;
          asked.push(String(key));
          return String(key).startsWith('shop:')
            ? [Buffer.from('shop-1'), Buffer.from(String(seenAtMs))]
            : [];
        }),
    },
    prefixes: () => named,
    isReadElsewhere: () => false,
    nowMs: () => nowMs,
  });
  return {
    look: async (atMs: number, prefixes: readonly string[]) => {
      nowMs = atMs;
      named = [...prefixes];
      asked.splice(0);
      return { instances: (await announced.look()).instances, asked };
    },
  };
}

const MIN = 60_000;

test('instances are looked for under a start of key names that had some, after no key names it any more', async () => {
  const { look } = openAnnounced(MIN);
  expect((await look(MIN, ['shop:'])).instances).toMatchObject([{ prefix: 'shop:', name: 'shop-1' }]);
  const emptied = await look(2 * MIN, []);
  expect(emptied.instances).toMatchObject([{ prefix: 'shop:', name: 'shop-1' }]);
  // Half an hour after its last word an instance is forgotten, and an hour later where it was.
  expect((await look(40 * MIN, [])).instances).toEqual([]);
  expect((await look(61 * MIN, [])).asked).toEqual(['shop:cachescope:instances']);
  expect((await look(63 * MIN, [])).asked).toEqual([]);
});

test('an instance that is read elsewhere is read once a minute, and soon again while somebody looks at its warmers', async () => {
  let nowMs = MIN;
  let readCount = 0;
  const snapshot: InstanceSnapshot = {
    ...{ v: 1, service: 'shop', instance: 'shop-1', version: '1', startedAtMs: 0, atMs: nowMs },
    ...{ patterns: [], counts: [], lags: [], state: null, everyMs: 5_000 },
    ...{ metricsUrl: null, controlUrl: null, takesCommands: true },
    warmers: [{ warmer: 'top', state: 'idle', doneCount: 0, plannedCount: 0, atMs: null }],
  };
  const announced = new AnnouncedInstances({
    memory: noMemory,
    connection: {
      pipeline: async (commands) =>
        commands.map(([word]): RedisReply => {
          if (word === 'ZRANGE') return [Buffer.from('shop-1'), Buffer.from(String(nowMs))];
          readCount += 1;
          return Buffer.from(JSON.stringify(snapshot));
        }),
    },
    prefixes: () => ['shop:'],
    isReadElsewhere: () => true,
    nowMs: () => nowMs,
  });
  const readsAfter = async (ms: number) => {
    nowMs += ms;
    await announced.look();
    return readCount;
  };
  expect(await readsAfter(0)).toBe(1);
  expect(await readsAfter(10_000)).toBe(1);
  expect(announced.foundWarmers()).toMatchObject([{ snapshot: { warmers: [{ warmer: 'top' }] } }]);
  expect(await readsAfter(1_000)).toBe(2);
  expect(await readsAfter(4_000)).toBe(2);
  expect(await readsAfter(1_000)).toBe(3);
  // The last question was 16 s ago.
  expect(await readsAfter(10_000)).toBe(3);
  expect(await readsAfter(50_000)).toBe(4);
});

test('a user who may read the keys of one service finds its instances, and one who may read none is told why', async () => {
  await using redis = await startRedis();
  for (const prefix of ['app:', 'other:'])
    await redis.client.zadd(instancesKey(prefix), Date.now(), `${prefix}1`);
  const rules = ['resetchannels', '-@all', '+ping', '+client|setname', '+client|id', '+info', '+time'];
  await redis.client.acl('SETUSER', 'reader', 'on', '>secret', ...rules, '%R~app:*', '+zrange', '+getrange');
  const connection = openTestConnection(redis, 'monitor', { username: 'reader', password: 'secret' });
  try {
    const lookFor = (prefixes: readonly string[]) =>
      new AnnouncedInstances({
        ...{ memory: noMemory, connection, prefixes: () => prefixes },
        ...{ isReadElsewhere: () => false, nowMs: Date.now },
      }).look();
    await waitUntil('connected', async () => (await lookFor(['app:'])).instances.length === 1);
    // The empty start is looked under in every Redis, and readable to nobody whose keys have a prefix.
    expect((await lookFor(['', 'app:', 'other:'])).instances).toMatchObject([{ name: 'app:1' }]);
    await expect(lookFor(['', 'other:'])).rejects.toMatchObject({ kind: 'keyNotPermitted' });
  } finally {
    connection.close();
  }
});

test('a list that may not be read is asked for once a minute', async () => {
  let nowMs = MIN;
  let asked: string[] = [];
  const denied = new RedisFault('keyNotPermitted', 'ZRANGE', 'not this key');
  const announced = new AnnouncedInstances({
    ...{ memory: noMemory, prefixes: () => ['', 'app:'], isReadElsewhere: () => false, nowMs: () => nowMs },
    connection: {
      pipeline: async (commands) =>
        commands.map(([, key]): RedisReply => {
          asked.push(String(key));
          return String(key).startsWith('app:') ? [] : denied;
        }),
    },
  });
  const lookAt = async (atMs: number) => {
    nowMs = atMs;
    asked = [];
    await announced.look();
    return asked;
  };
  const both = ['cachescope:instances', 'app:cachescope:instances'];
  expect(await lookAt(MIN)).toEqual(both);
  expect(await lookAt(MIN + 5_000)).toEqual(['app:cachescope:instances']);
  expect(await lookAt(2 * MIN)).toEqual(both);
});
