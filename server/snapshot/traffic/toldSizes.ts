import type { TrafficSeries } from '#server/sources/metrics/parseTrafficCounters.ts';
import { type Known, known } from '#shared/reading.ts';
import type { ToldSize } from '#shared/snapshot.ts';
import { type TrafficSourceId, trafficSourceWords } from '#shared/traffic/trafficSource.ts';

/** Who tells of keys in Redis. Others tell the size of a process's own memory, which is no number of keys. */
const tellers: ReadonlySet<TrafficSourceId> = new Set(['redisExporter', 'mapped', 'prometheus']);
/** Groups of one page; a group a key would be a fault of its pattern. */
const MAX_GROUPS = 1_000;

/** Sizes of key groups on one page, summed over its databases. */
export function toldSizes(
  series: Iterable<TrafficSeries>,
  atMs: number,
): ReadonlyMap<string, Known<ToldSize>> {
  const sizes = new Map<string, Known<ToldSize>>();
  for (const { pattern, identity, source, counted, value } of series) {
    if (counted.kind !== 'size' || identity !== 'pattern' || !tellers.has(source)) continue;
    const before = sizes.get(pattern)?.value ?? { keyCount: null, bytes: null };
    if (!sizes.has(pattern) && sizes.size >= MAX_GROUPS) continue;
    const sum = { ...before, [counted.metric]: (before[counted.metric] ?? 0) + value };
    sizes.set(pattern, known(sum, atMs, trafficSourceWords[source]));
  }
  return sizes;
}
