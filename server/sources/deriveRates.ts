import type { LookupCounts } from '#shared/lookups.ts';
import type { Reading } from '#shared/reading.ts';
import { known, unknown } from '#shared/reading.ts';
import type { InfoSection, NodeRates } from '#shared/snapshot.ts';
import { infoFields, infoNumber, infoParts } from './parseInfo.ts';
import type { InfoReading } from './readInfo.ts';

/** What happened on one node between two readings of INFO. */
export interface NodeInterval {
  readonly fromMs: number;
  readonly toMs: number;
  /**
   * `first` = there was no reading before; `exchanged` = another process, which already ran at the reading before, answers at this
   * address. After these, `restart` and `counterReset` nothing is known of the interval.
   */
  readonly kind: 'first' | 'steady' | 'restart' | 'exchanged' | 'counterReset';
  readonly rates: NodeRates;
  /** keyspace_hits and keyspace_misses added, less our own look-ups. Unknown when some of ours could not be counted. */
  readonly lookups: Reading<LookupCounts>;
  /** Look-ups of our own in the interval; null when some could not be counted. */
  readonly ownLookupCount: number | null;
  /** Amounts added in the interval; null = not known. */
  readonly commandCount: number | null;
  readonly expiredCount: number | null;
  readonly evictedCount: number | null;
}

/** Clock readings of INFO are whole seconds and ours may drift: less than this is not a restart. */
const UPTIME_SLACK_SECONDS = 5;

const counterNames = [
  'total_commands_processed',
  'total_connections_received',
  'total_net_input_bytes',
  'total_net_output_bytes',
  'expired_keys',
  'evicted_keys',
  'rejected_connections',
  'keyspace_hits',
  'keyspace_misses',
] as const;

type CounterName = (typeof counterNames)[number];

interface NodeCounters {
  readonly runId: string | null;
  readonly uptimeSeconds: number | null;
  readonly resetCalls: number | null;
  readonly values: Readonly<Record<CounterName, number | null>>;
}

/**
 * Amounts and rates between two readings of the same address. A counter that fell is another process (other run_id, or less
 * uptime) or a CONFIG RESETSTAT (same run_id), never a negative rate. Pure; costs Redis nothing.
 */
export function deriveRates(previous: InfoReading | null, current: InfoReading): NodeInterval {
  const toMs = current.atMs;
  if (previous === null || toMs <= previous.atMs) {
    return gap(toMs, toMs, 'first');
  }
  const before = readCounters(previous.sections);
  const now = readCounters(current.sections);
  const seconds = (toMs - previous.atMs) / 1_000;
  const kind = intervalKind(before, now, seconds);
  if (kind !== 'steady') return gap(previous.atMs, toMs, kind);
  const added = (name: CounterName): number | null => difference(before.values[name], now.values[name]);
  const rate = (name: CounterName): number | null => {
    const count = added(name);
    return count === null ? null : count / seconds;
  };
  const own = ownLookups(previous, current);
  return {
    fromMs: previous.atMs,
    toMs,
    kind,
    rates: {
      commandsPerSecond: rate('total_commands_processed'),
      expiredPerSecond: rate('expired_keys'),
      evictedPerSecond: rate('evicted_keys'),
      networkInBytesPerSecond: rate('total_net_input_bytes'),
      networkOutBytesPerSecond: rate('total_net_output_bytes'),
      rejectedConnectionsPerSecond: rate('rejected_connections'),
    },
    lookups: correctedLookups(added('keyspace_hits'), added('keyspace_misses'), { own, toMs }),
    ownLookupCount: own === null ? null : own.hits + own.misses,
    commandCount: added('total_commands_processed'),
    expiredCount: added('expired_keys'),
    evictedCount: added('evicted_keys'),
  };
}

function gap(fromMs: number, toMs: number, kind: Exclude<NodeInterval['kind'], 'steady'>): NodeInterval {
  const why = {
    first: unknown('pending', 'A rate needs two readings of INFO; the second follows in a moment.'),
    restart: unknown('notEnoughData', 'Redis was restarted; its counters began anew.'),
    exchanged: unknown(
      'notEnoughData',
      'Another Redis node answers at this address; its counters are its own.',
    ),
    counterReset: unknown('notEnoughData', 'The counters of Redis were reset (CONFIG RESETSTAT).'),
  };
  return {
    fromMs,
    toMs,
    kind,
    rates: {
      commandsPerSecond: null,
      expiredPerSecond: null,
      evictedPerSecond: null,
      networkInBytesPerSecond: null,
      networkOutBytesPerSecond: null,
      rejectedConnectionsPerSecond: null,
    },
    lookups: why[kind],
    ownLookupCount: null,
    commandCount: null,
    expiredCount: null,
    evictedCount: null,
  };
}

function readCounters(sections: readonly InfoSection[]): NodeCounters {
  const fields = infoFields(sections);
  const value = (name: CounterName): number | null => infoNumber(fields, name);
  return {
    runId: fields.get('run_id') ?? null,
    uptimeSeconds: infoNumber(fields, 'uptime_in_seconds'),
    resetCalls: infoNumber(infoParts(fields, 'cmdstat_config|resetstat'), 'calls'),
    values: {
      total_commands_processed: value('total_commands_processed'),
      total_connections_received: value('total_connections_received'),
      total_net_input_bytes: value('total_net_input_bytes'),
      total_net_output_bytes: value('total_net_output_bytes'),
      expired_keys: value('expired_keys'),
      evicted_keys: value('evicted_keys'),
      rejected_connections: value('rejected_connections'),
      keyspace_hits: value('keyspace_hits'),
      keyspace_misses: value('keyspace_misses'),
    },
  };
}

function intervalKind(
  before: NodeCounters,
  now: NodeCounters,
  seconds: number,
): Exclude<NodeInterval['kind'], 'first'> {
  // A server that hides run_id leaves only its uptime, which a step of its clock can change too.
  const isOtherProcess =
    before.runId !== null && now.runId !== null
      ? before.runId !== now.runId
      : before.uptimeSeconds !== null &&
        now.uptimeSeconds !== null &&
        now.uptimeSeconds < before.uptimeSeconds + seconds - UPTIME_SLACK_SECONDS;
  if (isOtherProcess) {
    const hasRunLonger = now.uptimeSeconds !== null && now.uptimeSeconds > seconds + UPTIME_SLACK_SECONDS;
    return hasRunLonger ? 'exchanged' : 'restart';
  }
  const hasFallen = counterNames.some((name) => {
    const was = before.values[name];
    const is = now.values[name];
    return was !== null && is !== null && is < was;
  });
  // The reset clears commandstats too and is then counted itself, which gives it away even if traffic caught up since.
  const wasReset = before.resetCalls === null && now.resetCalls !== null;
  return hasFallen || wasReset ? 'counterReset' : 'steady';
}

function difference(before: number | null, now: number | null): number | null {
  return before === null || now === null ? null : now - before;
}

function ownLookups(previous: InfoReading, current: InfoReading): LookupCounts | null {
  const before = previous.ownLookups;
  const now = current.ownLookups;
  if (before.uncertainEpoch !== now.uncertainEpoch) return null;
  return { hits: now.hits - before.hits, misses: now.misses - before.misses };
}

function correctedLookups(
  hits: number | null,
  misses: number | null,
  { own, toMs }: { own: LookupCounts | null; toMs: number },
): Reading<LookupCounts> {
  if (hits === null || misses === null) {
    return unknown('notSupported', 'INFO of this node has no keyspace_hits and keyspace_misses.');
  }
  if (own === null) {
    return unknown('notEnoughData', 'Some of our own look-ups timed out, so they cannot be told apart here.');
  }
  // A key that expires between two of our look-ups can put one of them on the other side: never below nothing.
  return known(
    { hits: Math.max(0, hits - own.hits), misses: Math.max(0, misses - own.misses) },
    toMs,
    'INFO, less our own look-ups',
  );
}
