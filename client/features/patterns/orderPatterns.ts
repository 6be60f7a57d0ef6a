import { compareValues, type RowOrder, type SortValue } from '#client/lib/rowOrder.ts';
import type { PatternModel } from './patternModel.ts';

/** Columns that can be sorted, as they stand in the URL. */
export const patternSorts = [
  'pattern',
  'hitRate',
  'probe',
  'before',
  'delta',
  'worst',
  'lookups',
  'misses',
  'extra',
  'loads',
  'loadMs',
  'cost',
  'saved',
  'keys',
  'bytes',
  'size',
  'ttl',
  'noTtl',
  'services',
  'from',
] as const;
export type PatternSort = (typeof patternSorts)[number];

/** What costs the source most now, against before. */
export const DEFAULT_ORDER: RowOrder<PatternSort> = { column: 'extra', direction: 'descending' };

const sortValues: Record<PatternSort, (row: PatternModel) => SortValue> = {
  pattern: (row) => row.pattern,
  hitRate: (row) => row.hit?.ratio ?? row.probe?.value.hit.ratio ?? null,
  probe: (row) => row.probe?.value.hit.ratio ?? null,
  before: (row) => row.beforeRatio,
  delta: (row) => row.deltaPoints,
  worst: (row) => row.worst?.hit.ratio ?? null,
  lookups: (row) => row.lookupsPerSecond,
  misses: (row) => row.missesPerSecond,
  // A pattern that did not exist before costs all of its misses more.
  extra: (row) => (row.isNew ? row.missesPerSecond : row.extraMissesPerSecond),
  loads: (row) => row.loadsPerSecond,
  loadMs: (row) => row.loadMs,
  cost: (row) => row.costMsPerSecond,
  saved: (row) => row.savedMsPerSecond,
  keys: (row) => row.keyCount?.value ?? null,
  bytes: (row) => row.bytes?.value ?? null,
  size: (row) => row.sizeP95Bytes,
  ttl: (row) => row.ttlP50Ms,
  noTtl: (row) => row.noTtlRatio,
  services: (row) => (row.services.length > 0 ? row.services.join(' ') : null),
  from: (row) => row.from,
};

/** Sorted copy. What is not known stands last in either direction; ties go by misses, keys, then name. */
export function orderPatterns(
  rows: readonly PatternModel[],
  { column, direction }: RowOrder<PatternSort>,
): readonly PatternModel[] {
  const sign = direction === 'ascending' ? 1 : -1;
  // Each number is derived once: a sort of ten thousand rows compares them a hundred thousand times.
  const keyed = rows.map((row) => ({
    row,
    value: sortValues[column](row),
    misses: row.missesPerSecond ?? -1,
    keys: row.keyCount?.value ?? -1,
  }));
  return keyed
    .sort(
      (a, b) =>
        compareValues(a.value, b.value, sign) ||
        b.misses - a.misses ||
        b.keys - a.keys ||
        (a.row.pattern < b.row.pattern ? -1 : 1),
    )
    .map(({ row }) => row);
}

/** Rows whose pattern or services contain every word of the filter, in any case. */
export function filterPatterns(rows: readonly PatternModel[], filter: string): readonly PatternModel[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = `${row.pattern} ${row.services.join(' ')}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
