import { type CacheLevel, cacheLevels } from '#shared/traffic/cacheLevel.ts';
import { type MissReason, missReasons } from '#shared/traffic/missReason.ts';
import type { NodeMetric, SampleMetric, TrafficMetric } from '../historyStore.ts';
import { HISTORY_STEP_MS } from '../historyStore.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** One resolution that is stored: a table of each family has a row for each of its steps. */
export interface Level {
  readonly name: '10s' | 'minute' | 'hour' | 'day';
  readonly stepMs: number;
  readonly keptMs: number;
  /**
   * Widths of the steps that are read from it, finest first. At most twelve rows are merged into one step, so that a
   * long range never reads more than a few thousand rows of one series.
   */
  readonly readStepsMs: readonly number[];
}

/** 13 months, the longest 13 there are. */
const LONGEST_KEPT_MS = 397 * DAY_MS;

const tenSeconds: Level = {
  name: '10s',
  stepMs: HISTORY_STEP_MS,
  keptMs: 48 * HOUR_MS,
  readStepsMs: [1, 2, 3].map((count) => count * HISTORY_STEP_MS),
};
const minute: Level = {
  name: 'minute',
  stepMs: MINUTE_MS,
  keptMs: 30 * DAY_MS,
  readStepsMs: [1, 2, 3, 5, 10].map((count) => count * MINUTE_MS),
};
const hour: Level = {
  name: 'hour',
  stepMs: HOUR_MS,
  keptMs: LONGEST_KEPT_MS,
  readStepsMs: [1, 2, 3, 6, 12].map((count) => count * HOUR_MS),
};
/** Not a promise of its own: it keeps the table of all patterns over a month from reading every hour of each. */
const day: Level = { name: 'day', stepMs: DAY_MS, keptMs: LONGEST_KEPT_MS, readStepsMs: [DAY_MS] };

export interface Column<Metric extends string> {
  readonly metric: Metric;
  readonly name: string;
  /** How two values within a step become one: counts add, a gauge is replaced by the later known one. */
  readonly kind: 'count' | 'gauge';
  /** Stored = value x scale, rounded to a whole number, which SQLite packs into few bytes; 0 = stored as it is. */
  readonly scale: number;
}

/** Things that are recorded together. One table for each level, keyed by time first (decision 0002). */
export interface Family<Metric extends string> {
  readonly name: 'traffic' | 'total' | 'node' | 'sample' | 'origin' | 'invalidation';
  /** Finest first. */
  readonly levels: readonly [Level, ...Level[]];
  readonly columns: readonly Column<Metric>[];
}

function count<Metric extends string>(metric: Metric, name: string, scale = 1): Column<Metric> {
  return { metric, name, kind: 'count', scale };
}

function gauge<Metric extends string>(metric: Metric, name: string, scale = 1): Column<Metric> {
  return { metric, name, kind: 'gauge', scale };
}

const trafficColumns: readonly Column<TrafficMetric>[] = [
  count('hits', 'hits'),
  count('misses', 'misses'),
  count('loads', 'loads'),
  count('loadMs', 'load_us', 1_000),
  count('puts', 'puts'),
];
const covered = count('coveredMs', 'covered_s', 1 / 1_000);

/** Of what is kept for as long as anything is. */
export const allLevels: Family<string>['levels'] = [tenSeconds, minute, hour, day];

/** By pattern. A row says that the pattern was measured in the step, so an idle one has rows of zeros. */
export const trafficFamily: Family<TrafficMetric | 'coveredMs'> = {
  name: 'traffic',
  levels: allLevels,
  columns: [...trafficColumns, covered],
};

/** What was measured of a target, summed. A row says that something was. */
export const totalFamily: Family<TrafficMetric | 'coveredMs'> = {
  name: 'total',
  levels: allLevels,
  columns: trafficFamily.columns,
};

export const nodeFamily: Family<NodeMetric | 'coveredMs'> = {
  name: 'node',
  levels: allLevels,
  columns: [
    count('hits', 'hits'),
    count('misses', 'misses'),
    count('ownLookups', 'own_lookups'),
    count('commands', 'commands'),
    count('expired', 'expired'),
    count('evicted', 'evicted'),
    gauge('keyCount', 'key_count'),
    gauge('usedMemoryBytes', 'used_memory_bytes'),
    gauge('connectedClientCount', 'connected_client_count'),
    covered,
  ],
};

export const sampleFamily: Family<SampleMetric> = {
  name: 'sample',
  levels: [{ ...minute, keptMs: 48 * HOUR_MS }, hour, day],
  columns: [
    gauge('keyCount', 'key_count'),
    gauge('bytes', 'bytes'),
    gauge('ttlP50Ms', 'ttl_p50_ms'),
    gauge('noTtlRatio', 'no_ttl_ratio', 0),
  ],
};

/** The longest range of the page, and what it is compared with at its start. */
export const ORIGINS_KEPT_MS = 32 * DAY_MS;

/**
 * Traffic of a pattern by who counted it (service, version, source), with what the counts are made of: nobody looks at versions
 * in steps of 10 s. A column that is null says that nobody told these counts apart.
 */
export const originFamily: Family<string> = {
  name: 'origin',
  levels: [
    { ...minute, keptMs: 48 * HOUR_MS },
    { ...hour, keptMs: ORIGINS_KEPT_MS },
    { ...day, keptMs: ORIGINS_KEPT_MS },
  ],
  columns: [
    ...trafficFamily.columns,
    ...cacheLevels.flatMap((level) => [
      countOf(levelColumn(level, 'hits')),
      countOf(levelColumn(level, 'misses')),
    ]),
    ...missReasons.map((reason) => countOf(reasonColumn(reason))),
  ].map((column) => ({ ...column, metric: column.name })),
};

function countOf(name: string): Column<string> {
  return count(name, name);
}

export function levelColumn(level: CacheLevel, result: 'hits' | 'misses'): string {
  return `${level}_${result}`;
}

export function reasonColumn(reason: MissReason): string {
  return `missed_${reason}`;
}

export const MARKS_KEPT_MS = LONGEST_KEPT_MS;

/** Names of tables come from this file only, never from data. */
export function tableName(family: Pick<Family<string>, 'name'>, level: Level): string {
  return `${family.name}_${level.name}`;
}
