import { expect, test } from 'vitest';
import { deriveNodeEvents } from '#server/sources/deriveNodeEvents.ts';
import { deriveRates } from '#server/sources/deriveRates.ts';
import { parseInfo } from '#server/sources/parseInfo.ts';
import type { InfoReading } from '#server/sources/readInfo.ts';
import { openNodeClient } from '#test/support/redis/openNodeClient.ts';
import { startSentinel } from '#test/support/redis/startSentinel.ts';

type Fields = Readonly<Record<string, string | number>>;

const steady = {
  ...{ run_id: 'a', uptime_in_seconds: 900, role: 'master', loading: 0 },
  ...{ master_replid: 'r1', master_replid2: '0'.repeat(40), cmdstat_info: 'calls=9' },
};
const replica = { ...steady, role: 'slave', master_host: '10.0.0.1', master_port: 6379 };

function reading(atMs: number, fields: Fields, keys: number | null): InfoReading {
  const lines = Object.entries(fields).map(([name, value]) => `${name}:${value}`);
  const keyspace = keys === null ? [] : ['# Keyspace', ...(keys === 0 ? [] : [`db0:keys=${keys},expires=0`])];
  const ownLookups = { hits: 0, misses: 0, uncertainEpoch: 0 };
  return { atMs, sections: parseInfo(['# Server', ...lines, ...keyspace].join('\r\n')), ownLookups };
}

function between(previous: InfoReading, current: InfoReading) {
  const { kind } = deriveRates(previous, current);
  return deriveNodeEvents({ previous, current, kind }).map((event) => `${event.kind}: ${event.text}`);
}

/** Two seconds apart. */
const step = (
  before: Fields,
  after: Fields,
  [was, is]: readonly [number | null, number | null] = [500, 500],
) => between(reading(1_000, { ...steady, ...before }, was), reading(3_000, { ...steady, ...after }, is));

const restarted = { run_id: 'b', uptime_in_seconds: 1, master_replid: 'r2' };

test.each([
  ['nothing', {}, {}, [500, 480], []],
  ['a restart', {}, restarted, [12_500, 0], ['restart: Redis restarted; 12,500 keys before, 0 after']],
  [
    'a restart that loads its data',
    {},
    { ...restarted, loading: 1 },
    [500, 3],
    ['restart: Redis restarted; it loads its data'],
  ],
  ['a restart where keys are not told', {}, restarted, [null, null], ['restart: Redis restarted']],
  [
    'a reset of counters',
    { total_commands_processed: 9 },
    { total_commands_processed: 3 },
    [500, 500],
    ['note: Redis counters were reset (CONFIG RESETSTAT)'],
  ],
  [
    'a promotion',
    replica,
    {},
    [500, 500],
    ['failover: Failover: this node became master; before it was 10.0.0.1:6379'],
  ],
  [
    'a demotion',
    {},
    replica,
    [500, 500],
    ['failover: Failover: 10.0.0.1:6379 became master; this node is its replica now'],
  ],
  [
    'a replica whose master is another',
    replica,
    { ...replica, master_host: 'fd00::7' },
    [500, 500],
    ['failover: Failover: fd00::7:6379 became master; this node is its replica now'],
  ],
  ['a replica that stays one', replica, replica, [500, 500], []],
  [
    'a crash after which it comes back as a replica',
    {},
    { ...replica, ...restarted },
    [500, 500],
    [
      'restart: Redis restarted; 500 keys before, 500 after',
      'failover: Failover: 10.0.0.1:6379 became master; this node is its replica now',
    ],
  ],
  [
    'an address that leads to the promoted replica',
    {},
    { run_id: 'b', uptime_in_seconds: 700, master_replid: 'r2', master_replid2: 'r1' },
    [500, 500],
    ['failover: Failover: another node answers at this address; it shares the data of the one before'],
  ],
  [
    'an address that leads to a Redis of other data',
    {},
    { run_id: 'b', uptime_in_seconds: 700, master_replid: 'r9' },
    [500, 2],
    [
      'restart: Another Redis answers at this address, no replica of the one before; 500 keys before, 2 after',
    ],
  ],
  [
    'FLUSHALL, although services have refilled a part',
    {},
    { cmdstat_flushall: 'calls=1,usec=9' },
    [500, 200],
    ['emptied: Redis was emptied by FLUSHALL; 500 keys before, 200 after'],
  ],
  [
    'a second FLUSHDB of few keys',
    { cmdstat_flushdb: 'calls=1' },
    { cmdstat_flushdb: 'calls=2' },
    [9, 0],
    ['emptied: Redis was emptied by FLUSHDB; 9 keys before, 0 after'],
  ],
  [
    'FLUSHDB of another database',
    {},
    { cmdstat_flushdb: 'calls=1' },
    [500, 490],
    ['note: FLUSHDB was called; 500 keys before, 490 after'],
  ],
  ['FLUSHALL of nothing', {}, { cmdstat_flushall: 'calls=1' }, [0, 0], []],
  [
    'keys that went without a flush',
    {},
    {},
    [500, 20],
    ['emptied: Redis lost nearly all of its keys; 500 keys before, 20 after'],
  ],
  ['few keys that went without a flush', {}, {}, [90, 0], []],
  ['a fall that leaves a tenth', {}, {}, [500, 50], []],
  ['keys that are not told', {}, { cmdstat_flushall: 'calls=1' }, [500, null], []],
] as const)('tells %s', (_, before, after, keys, events) => {
  expect(step(before, after, keys)).toEqual(events);
});

test('what a purge of ours may have taken is told apart from what was flushed', () => {
  const [previous, current] = [reading(1_000, steady, 500), reading(3_000, steady, 2)];
  const flushed = reading(3_000, { ...steady, cmdstat_flushall: 'calls=1' }, 2);
  const mayBePurge = (now: InfoReading) =>
    deriveNodeEvents({ previous, current: now, kind: 'steady' }).map((event) => event.mayBePurge);
  expect(mayBePurge(current)).toEqual([true]);
  expect(mayBePurge(flushed)).toEqual([false]);
});

test('nothing is told of a server without commandstats and replication, nor from one reading', () => {
  const bare = { run_id: 'a', uptime_in_seconds: 9 };
  expect(between(reading(1_000, bare, 50), reading(3_000, bare, 0))).toEqual([]);
  const one = reading(1_000, steady, 500);
  expect(deriveNodeEvents({ previous: one, current: one, kind: 'first' })).toEqual([]);
});

test('a real failover is told by each node, and as an exchange where one address leads from one to the other', async () => {
  await using sentinel = await startSentinel();
  const primaryPort = await sentinel.primaryPort();
  const client = await sentinel.connect();
  await client.set('app:key', 'value');
  const read = async (port: number) => {
    const node = await openNodeClient(port);
    try {
      const text = await node.info('everything');
      return { ...reading(Date.now(), {}, null), sections: parseInfo(text) };
    } finally {
      node.disconnect();
    }
  };
  const [replicaOfIt] = await client
    .info('replication')
    .then((text) => /port=(\d+)/.exec(text)?.slice(1) ?? []);
  const otherPort = Number(replicaOfIt);
  const before = { primary: await read(primaryPort), replica: await read(otherPort) };
  await sentinel.failOver();
  const now = { primary: await read(primaryPort), replica: await read(otherPort) };
  const later = (one: InfoReading): InfoReading => ({ ...one, atMs: before.primary.atMs + 1 });
  expect(between(before.replica, now.replica)).toEqual([
    `failover: Failover: this node became master; before it was 127.0.0.1:${primaryPort}`,
  ]);
  expect(between(before.primary, now.primary)).toEqual([
    `failover: Failover: 127.0.0.1:${otherPort} became master; this node is its replica now`,
  ]);
  // One that began at the time of the reading before would be a restart; here only the instant of ours says so.
  expect(
    deriveNodeEvents({ previous: before.primary, current: later(now.replica), kind: 'exchanged' }),
  ).toMatchObject([{ kind: 'failover' }]);
}, 60_000);
