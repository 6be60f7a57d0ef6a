import type { NodeExtreme, TrafficExtreme } from '../../historyStore.ts';
import { type Family, nodeFamily, totalFamily, trafficFamily } from '../historySchema.ts';

/** A figure of one fine step, of which the lowest and the highest are kept. */
export interface ExtremeColumn<Metric extends string> {
  readonly metric: Metric;
  /** `<name>_low` and `<name>_high` in the table. */
  readonly name: string;
  /** SQL over the columns of a fine row; NULL = the row does not say. */
  readonly sql: string;
  /** Stored = value x scale, rounded to a whole number. */
  readonly scale: number;
}

/** Extremes of the 10 s steps of each hour, for the rows of one family. */
export interface ExtremeFamily<Metric extends string> {
  readonly of: Family<string>;
  /** Names of tables come from this file only, never from data. */
  readonly table: string;
  readonly columns: readonly ExtremeColumn<Metric>[];
}

/**
 * Look-ups that a step must hold for its hit ratio to be an extreme. Ours: of ten look-ups one more miss moves the ratio by
 * 10 points, and every idle pattern would reach from 0 to 100 %.
 */
const MIN_LOOKUPS = 20;

const hitRatio = {
  metric: 'hitRatio',
  name: 'hit_ratio',
  sql: `CASE WHEN hits + misses >= ${MIN_LOOKUPS} THEN hits / (hits + misses) END`,
  scale: 10_000,
} as const;

function perSecond<Metric extends string>(metric: Metric, name: string, sql: string): ExtremeColumn<Metric> {
  // A count of a step of 10 s stays a whole number.
  return { metric, name, sql: `(${sql}) / covered_s`, scale: 10 };
}

function gauge<Metric extends string>(metric: Metric, name: string): ExtremeColumn<Metric> {
  return { metric, name, sql: name, scale: 1 };
}

const trafficExtremes: readonly ExtremeColumn<TrafficExtreme>[] = [
  hitRatio,
  perSecond('lookupsPerSecond', 'lookups', 'hits + misses'),
  perSecond('missesPerSecond', 'misses', 'misses'),
  perSecond('loadsPerSecond', 'loads', 'loads'),
];

const nodeExtremes: readonly ExtremeColumn<NodeExtreme>[] = [
  hitRatio,
  perSecond('commandsPerSecond', 'commands', 'commands'),
  perSecond('expiredPerSecond', 'expired', 'expired'),
  perSecond('evictedPerSecond', 'evicted', 'evicted'),
  gauge('keyCount', 'key_count'),
  gauge('usedMemoryBytes', 'used_memory_bytes'),
  gauge('connectedClientCount', 'connected_client_count'),
];

export const trafficExtremeFamily: ExtremeFamily<TrafficExtreme> = {
  of: trafficFamily,
  table: 'traffic_extremes_hour',
  columns: trafficExtremes,
};
export const totalExtremeFamily: ExtremeFamily<TrafficExtreme> = {
  of: totalFamily,
  table: 'total_extremes_hour',
  columns: trafficExtremes,
};
export const nodeExtremeFamily: ExtremeFamily<NodeExtreme> = {
  of: nodeFamily,
  table: 'node_extremes_hour',
  columns: nodeExtremes,
};

/** What version 3 of the file adds. Never edited once released. */
export function createExtremeTables(): readonly string[] {
  const families: readonly ExtremeFamily<string>[] = [
    trafficExtremeFamily,
    totalExtremeFamily,
    nodeExtremeFamily,
  ];
  return [
    // Until when the fine steps were taken into account; one row.
    'CREATE TABLE extremes_progress (id INTEGER PRIMARY KEY CHECK (id = 1), until_s INTEGER NOT NULL) STRICT',
    ...families.map(({ table, columns }) => {
      const pairs = columns.map(({ name }) => `${name}_low REAL, ${name}_high REAL`).join(', ');
      return `CREATE TABLE ${table} (
        at_s INTEGER NOT NULL, series_id INTEGER NOT NULL, ${pairs}, PRIMARY KEY (at_s, series_id)
      ) STRICT, WITHOUT ROWID`;
    }),
  ];
}
