import type { Series } from '#shared/series.ts';
import type { TargetId } from '#shared/target.ts';
import type {
  CoveredSeries,
  NodeMetric,
  SampleMetric,
  TrafficMetric,
  TrafficTotals,
} from '../historyStore.ts';
import type { Segment } from './coverSpan.ts';
import { type Folded, foldRows, gapSeries, sumSeries, widestSeries } from './foldRows.ts';
import type { HistoryTables } from './historyTables.ts';
import type { LevelTables } from './levelTables.ts';
import { COLUMN_WIDTH, type LookupColumns } from './lookupColumns.ts';
import { type ReadBounds, rowSpan } from './readBounds.ts';
import { patternName, totalName } from './seriesNames.ts';

/** Null when nothing is open: everything is a gap. */
type MaybeTables = HistoryTables | null;

function readFolded<Metric extends string>(
  tables: LevelTables<Metric> | undefined,
  seriesId: number | null,
  bounds: ReadBounds,
): Folded<Metric> {
  if (tables === undefined || seriesId === null) return () => gapSeries(bounds.grid);
  const rows = tables.readSeries(seriesId, bounds.grid.level, rowSpan(bounds));
  return foldRows(rows, tables.family.columns, bounds.grid);
}

export function readTrafficSeries(
  tables: MaybeTables,
  { targetId, pattern }: { readonly targetId: TargetId; readonly pattern: string | null },
  bounds: ReadBounds,
): CoveredSeries<TrafficMetric> {
  const isTotal = pattern === null;
  const name = isTotal ? totalName(targetId) : patternName(targetId, pattern);
  const id = tables?.names.find(name) ?? null;
  const folded = readFolded(isTotal ? tables?.total : tables?.traffic, id, bounds);
  return {
    hits: folded('hits'),
    misses: folded('misses'),
    loads: folded('loads'),
    loadMs: folded('loadMs'),
    puts: folded('puts'),
    coveredMs: folded('coveredMs'),
  };
}

export function readNodeSeries(
  tables: MaybeTables,
  { targetId, nodeId }: { readonly targetId: TargetId; readonly nodeId: string | null },
  bounds: ReadBounds,
): CoveredSeries<NodeMetric> {
  const ids =
    nodeId === null
      ? [...(tables?.names.listOf(targetId, 'node').keys() ?? [])]
      : [tables?.names.find({ targetId, kind: 'node', name: nodeId }) ?? null];
  const nodes = ids.map((id) => readFolded(tables?.node, id, bounds));
  const covered = nodes.map((node) => node('coveredMs'));
  const summed = (metric: NodeMetric): Series =>
    sumSeries(
      nodes.map((node) => ({ series: node(metric), covered: node('coveredMs') })),
      bounds.grid,
    );
  return {
    hits: summed('hits'),
    misses: summed('misses'),
    ownLookups: summed('ownLookups'),
    commands: summed('commands'),
    expired: summed('expired'),
    evicted: summed('evicted'),
    keyCount: summed('keyCount'),
    usedMemoryBytes: summed('usedMemoryBytes'),
    connectedClientCount: summed('connectedClientCount'),
    coveredMs: widestSeries(covered, bounds.grid),
  };
}

export function readSampleSeries(
  tables: MaybeTables,
  { targetId, pattern }: { readonly targetId: TargetId; readonly pattern: string },
  bounds: ReadBounds,
): Readonly<Record<SampleMetric, Series>> {
  const id = tables?.names.find({ targetId, kind: 'sample', name: pattern }) ?? null;
  const folded = readFolded(tables?.sample, id, bounds);
  return {
    keyCount: folded('keyCount'),
    bytes: folded('bytes'),
    ttlP50Ms: folded('ttlP50Ms'),
    noTtlRatio: folded('noTtlRatio'),
  };
}

export type Sparklines = ReadonlyMap<string, { readonly hits: Series; readonly misses: Series }>;

/** Read by step for all patterns at once, so the cost is that of the steps, not of a query a pattern. */
export function readSparklines(
  tables: HistoryTables,
  { targetId, columns }: { readonly targetId: TargetId; readonly columns: LookupColumns },
  bounds: ReadBounds,
): Sparklines {
  const { fromMs, stepMs } = bounds.grid;
  const names = tables.names.listOf(targetId, 'pattern');
  const { coveredMs } = readTrafficSeries(tables, { targetId, pattern: null }, bounds);
  const blank = coveredMs.values.map(() => null);
  const lines = new Map<number, { hits: (number | null)[]; misses: (number | null)[] }>();
  coveredMs.values.forEach((covered, step) => {
    if (covered === null) return;
    const column = columns.read(tables, bounds.grid, fromMs + step * stepMs);
    for (let offset = 0; offset < column.length; offset += COLUMN_WIDTH) {
      const seriesId = column[offset] ?? 0;
      const hits = column[offset + 1] ?? 0;
      const misses = column[offset + 2] ?? 0;
      let line = lines.get(seriesId);
      if (line === undefined) {
        line = { hits: [...blank], misses: [...blank] };
        lines.set(seriesId, line);
      }
      line.hits[step] = hits;
      line.misses[step] = misses;
    }
  });
  const found = new Map<string, { hits: Series; misses: Series }>();
  for (const [seriesId, { hits, misses }] of lines) {
    const name = names.get(seriesId);
    if (name === undefined) continue;
    found.set(name, { hits: { fromMs, stepMs, values: hits }, misses: { fromMs, stepMs, values: misses } });
  }
  return found;
}

/** Sums over segments that do not overlap (coverSpan). */
export function readTrafficTotals(
  tables: HistoryTables,
  targetId: TargetId,
  segments: readonly Segment[],
): ReadonlyMap<string, TrafficTotals> {
  const names = tables.names.listOf(targetId, 'pattern');
  const sums = new Map<string, number[]>();
  for (const { level, ...part } of segments) {
    for (const row of tables.traffic.sumAll(level, part)) {
      const name = names.get(row.seriesId);
      if (name === undefined) continue;
      const before = sums.get(name);
      sums.set(
        name,
        row.values.map((value, index) => (value ?? 0) + (before?.[index] ?? 0)),
      );
    }
  }
  return new Map([...sums].map(([name, values]) => [name, totalsOf(values)]));
}

function totalsOf(values: readonly number[]): TrafficTotals {
  const [hits = 0, misses = 0, loads = 0, loadMs = 0, puts = 0, coveredMs = 0] = values;
  return { hits, misses, loads, loadMs, puts, coveredMs };
}
