import { formatUtc } from '#client/lib/formatTime.ts';
import { type CsvValue, csvText } from '#shared/export/csvText.ts';
import type { PatternModel } from '../patternModel.ts';
import type { PatternList } from '../preparePatterns.ts';

interface ExportColumn {
  /** With its unit; the same in both forms. */
  readonly name: string;
  readonly of: (row: PatternModel) => CsvValue;
}

/** Raw numbers: ratios are 0-1, an unknown value is empty in CSV and null in JSON. */
const exportColumns: readonly ExportColumn[] = [
  { name: 'pattern', of: (row) => row.pattern },
  { name: 'lookups_count', of: (row) => row.lookupCount },
  { name: 'hit_rate_ratio', of: (row) => row.hit?.ratio ?? null },
  { name: 'hit_rate_low_ratio', of: (row) => row.hit?.low ?? null },
  { name: 'hit_rate_high_ratio', of: (row) => row.hit?.high ?? null },
  { name: 'probe_hit_rate_ratio', of: (row) => row.probe?.value.hit.ratio ?? null },
  { name: 'probe_lookups_per_second', of: (row) => row.probe?.value.lookupsPerSecond ?? null },
  { name: 'probe_ended_utc', of: (row) => (row.probe === null ? null : formatUtc(row.probe.atMs)) },
  {
    name: 'probe_less_metrics_points',
    of: (row) => (row.probeBeside === null ? null : row.probeBeside.differenceRatio * 100),
  },
  { name: 'hit_rate_before_ratio', of: (row) => row.beforeRatio },
  { name: 'hit_rate_change_points', of: (row) => row.deltaPoints },
  { name: 'worst_hour_hit_rate_ratio', of: (row) => row.worst?.hit.ratio ?? null },
  { name: 'worst_hour_from_utc', of: (row) => (row.worst === null ? null : formatUtc(row.worst.fromMs)) },
  { name: 'lookups_per_second', of: (row) => row.lookupsPerSecond },
  { name: 'misses_per_second', of: (row) => row.missesPerSecond },
  { name: 'extra_misses_per_second', of: (row) => row.extraMissesPerSecond },
  { name: 'loads_per_second', of: (row) => row.loadsPerSecond },
  { name: 'load_mean_ms', of: (row) => row.loadMs },
  { name: 'miss_cost_source_ms_per_second', of: (row) => row.costMsPerSecond },
  { name: 'saved_source_ms_per_second', of: (row) => row.savedMsPerSecond },
  { name: 'keys_estimate_count', of: (row) => row.keyCount?.value ?? null },
  { name: 'keys_low_count', of: (row) => row.keyCount?.low ?? null },
  { name: 'keys_high_count', of: (row) => row.keyCount?.high ?? null },
  { name: 'memory_estimate_bytes', of: (row) => row.bytes?.value ?? null },
  { name: 'memory_low_bytes', of: (row) => row.bytes?.low ?? null },
  { name: 'memory_high_bytes', of: (row) => row.bytes?.high ?? null },
  { name: 'size_p95_bytes', of: (row) => row.sizeP95Bytes },
  { name: 'ttl_left_p50_ms', of: (row) => row.ttlP50Ms },
  { name: 'no_ttl_ratio', of: (row) => row.noTtlRatio },
  { name: 'services', of: (row) => row.services.join(' ') },
  { name: 'source', of: (row) => row.from },
];

/** Rows as they are shown, with the bounds of the range in every row, so that sheets of two days can be joined. */
export function patternsCsv(span: PatternList['span'], rows: readonly PatternModel[]): string {
  const bounds = [formatUtc(span.fromMs), formatUtc(span.toMs)];
  return csvText(
    [...exportColumns.map(({ name }) => name), 'range_from_utc', 'range_to_utc'],
    rows.map((row) => [...exportColumns.map((column) => column.of(row)), ...bounds]),
  );
}

export interface ExportFacts {
  readonly list: PatternList;
  readonly filter: string;
  readonly rows: readonly PatternModel[];
}

export function patternsJson({ list, filter, rows }: ExportFacts): string {
  const { span, before } = list;
  const bounds = ({ fromMs, toMs }: PatternList['span']) => ({
    fromUtc: formatUtc(fromMs),
    toUtc: formatUtc(toMs),
  });
  const content = {
    range: bounds(span),
    comparedWith: before === null ? null : bounds(before),
    filter,
    patterns: rows.map((row) => Object.fromEntries(exportColumns.map((each) => [each.name, each.of(row)]))),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
