import { describe, expect, test } from 'vitest';
import type { OwnLookups } from '#server/redis/lookupLedger.ts';
import { deriveRates } from '#server/sources/deriveRates.ts';
import { parseInfo } from '#server/sources/parseInfo.ts';
import type { InfoReading } from '#server/sources/readInfo.ts';
import { redis62 } from './infoFixtures.ts';

function reading(
  atMs: number,
  fields: Readonly<Record<string, string | number>> = {},
  own: Partial<OwnLookups> = {},
): InfoReading {
  let text = redis62;
  for (const [name, value] of Object.entries(fields)) {
    const line = new RegExp(`^${name.replace('|', '\\|')}:.*$`, 'm');
    text = line.test(text)
      ? text.replace(line, value === '' ? '' : `${name}:${value}`)
      : `${text}${name}:${value}\n`;
  }
  return {
    atMs,
    sections: parseInfo(text),
    ownLookups: { hits: 0, misses: 0, uncertainEpoch: 0, ...own },
  };
}

const first = reading(1_000, {}, { hits: 20, misses: 5 });

describe('deriveRates', () => {
  test('gives amounts and rates between two readings, less our own look-ups', () => {
    const second = reading(
      3_000,
      {
        uptime_in_seconds: 102,
        total_commands_processed: 1_400,
        total_net_input_bytes: 7_000,
        expired_keys: 6,
        keyspace_hits: 370,
        keyspace_misses: 45,
      },
      { hits: 220, misses: 10 },
    );
    const interval = deriveRates(first, second);
    expect(interval).toMatchObject({
      kind: 'steady',
      fromMs: 1_000,
      toMs: 3_000,
      lookups: { state: 'known', value: { hits: 100, misses: 10 }, atMs: 3_000 },
      ownLookupCount: 205,
      commandCount: 400,
      expiredCount: 2,
      evictedCount: 0,
    });
    expect(interval.rates).toEqual({
      commandsPerSecond: 200,
      expiredPerSecond: 1,
      evictedPerSecond: 0,
      networkInBytesPerSecond: 1_000,
      networkOutBytesPerSecond: 0,
      rejectedConnectionsPerSecond: 0,
    });
  });

  test('knows nothing from one reading, or from two of the same moment', () => {
    expect(deriveRates(null, first)).toMatchObject({ kind: 'first', commandCount: null });
    expect(deriveRates(first, first)).toMatchObject({ kind: 'first', lookups: { state: 'unknown' } });
  });

  test('another run_id is a restart, even when every counter is higher', () => {
    const fields = { run_id: 'b'.repeat(40), uptime_in_seconds: 1, total_commands_processed: 9_999 };
    const interval = deriveRates(first, reading(3_000, fields));
    expect(interval).toMatchObject({ kind: 'restart', commandCount: null, ownLookupCount: null });
    expect(interval.lookups).toMatchObject({ reason: 'notEnoughData' });
  });

  test('another run_id of a process that ran before is an exchange, and nothing is counted across it', () => {
    const interval = deriveRates(first, reading(3_000, { run_id: 'b'.repeat(40), uptime_in_seconds: 50 }));
    expect(interval).toMatchObject({ kind: 'exchanged', commandCount: null, ownLookupCount: null });
    expect(interval.lookups).toMatchObject({ reason: 'notEnoughData' });
  });

  test('less uptime is a restart where run_id is hidden, and a step of the clock is not where it is shown', () => {
    const hidden = reading(1_000, { run_id: '' });
    expect(deriveRates(hidden, reading(3_000, { run_id: '', uptime_in_seconds: 3 })).kind).toBe('restart');
    expect(deriveRates(first, reading(3_000, { uptime_in_seconds: 3 })).kind).toBe('steady');
  });

  test.each(['keyspace_hits', 'total_commands_processed', 'total_connections_received', 'expired_keys'])(
    'a fall of %s in the same process is a reset of the counters, never a negative rate',
    (name) => {
      const interval = deriveRates(first, reading(3_000, { [name]: 1 }));
      expect(interval.kind).toBe('counterReset');
      expect(Object.values(interval.rates).every((rate) => rate === null)).toBe(true);
    },
  );

  test('a reset is noticed even when traffic has caught up since', () => {
    const second = reading(3_000, {
      keyspace_hits: 9_000,
      total_commands_processed: 9_000,
      'cmdstat_config|resetstat': 'calls=1,usec=9',
    });
    expect(deriveRates(first, second).kind).toBe('counterReset');
  });

  test('the hit rate is unknown, and the other rates known, when own look-ups could not be counted', () => {
    const interval = deriveRates(
      first,
      reading(3_000, { keyspace_hits: 90 }, { hits: 20, misses: 5, uncertainEpoch: 1 }),
    );
    expect(interval.lookups).toMatchObject({ state: 'unknown', reason: 'notEnoughData' });
    expect(interval.ownLookupCount).toBeNull();
    expect(interval.rates.commandsPerSecond).toBe(0);
  });

  test('never gives fewer than no look-ups', () => {
    const interval = deriveRates(first, reading(3_000, {}, { hits: 21, misses: 5 }));
    expect(interval.lookups).toMatchObject({ value: { hits: 0, misses: 0 } });
  });

  test('a counter that this server does not have is unknown, the others known', () => {
    const bare = { keyspace_hits: '', evicted_keys: '' };
    const interval = deriveRates(reading(1_000, bare), reading(3_000, { ...bare, expired_keys: 8 }));
    expect(interval.lookups).toMatchObject({ reason: 'notSupported' });
    expect(interval).toMatchObject({ evictedCount: null, expiredCount: 4 });
  });
});
