import type { LookupCounts } from '#shared/lookups.ts';
import { type CacheLevel, cacheLevels } from '#shared/traffic/cacheLevel.ts';
import { type MissReason, missReasons } from '#shared/traffic/missReason.ts';
import type { TrafficCounts } from '#shared/traffic/trafficCounts.ts';
import type { TrafficPoint } from '../../historyStore.ts';
import { levelColumn, originFamily, reasonColumn } from '../historySchema.ts';

/** In the order of the columns of `originFamily`; null = nobody told these apart. */
export type OriginValues = readonly (number | null)[];

const placeOf = new Map(originFamily.columns.map(({ name }, place) => [name, place]));

export function originValues(point: TrafficPoint, coveredMs: number): OriginValues {
  const byName = new Map<string, number | null>([
    ['hits', point.hits],
    ['misses', point.misses],
    ['loads', point.loads],
    ['load_us', point.loadMs],
    ['puts', point.puts],
    ['covered_s', coveredMs],
    ...cacheLevels.flatMap((level) => {
      const counts = point.levels?.[level];
      return (['hits', 'misses'] as const).map(
        (result) => [levelColumn(level, result), counts?.[result] ?? null] as const,
      );
    }),
    ...missReasons.map((reason) => [reasonColumn(reason), point.missReasons?.[reason] ?? null] as const),
  ]);
  return originFamily.columns.map(({ name }) => byName.get(name) ?? null);
}

export function addOriginValues(a: OriginValues | undefined, b: OriginValues): OriginValues {
  if (a === undefined) return b;
  return b.map((value, place) => {
    const other = a[place] ?? null;
    return value === null || other === null ? (value ?? other) : value + other;
  });
}

export function originTotals(values: OriginValues): TrafficCounts & { readonly coveredMs: number } {
  const known = (name: string) => values[placeOf.get(name) ?? -1] ?? null;
  const count = (name: string) => known(name) ?? 0;
  const levels: Partial<Record<CacheLevel, LookupCounts>> = {};
  for (const level of cacheLevels) {
    const [hits, misses] = [known(levelColumn(level, 'hits')), known(levelColumn(level, 'misses'))];
    if (hits !== null || misses !== null) levels[level] = { hits: hits ?? 0, misses: misses ?? 0 };
  }
  const reasons: Partial<Record<MissReason, number>> = {};
  for (const reason of missReasons) {
    const misses = known(reasonColumn(reason));
    if (misses !== null) reasons[reason] = misses;
  }
  return {
    hits: count('hits'),
    misses: count('misses'),
    loads: count('loads'),
    loadMs: count('load_us'),
    puts: count('puts'),
    coveredMs: count('covered_s'),
    levels,
    missReasons: reasons,
  };
}
