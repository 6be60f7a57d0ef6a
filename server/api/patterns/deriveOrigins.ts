import type { OriginTotals } from '#server/history/historyStore.ts';
import { addTraffic } from '#shared/traffic/trafficCounts.ts';

/** What a service of one version counted, as one source tells it; over the time in which any of it was measured. */
export type OriginRow = Omit<OriginTotals, 'pattern' | 'identity'>;

/**
 * Of one pattern or, where `pattern` is undefined, of all together; most look-ups first. Rows of different sources may be of the
 * same look-ups and must not be added.
 */
export function deriveOrigins(
  origins: readonly OriginTotals[],
  pattern: string | undefined,
): readonly OriginRow[] {
  const rows = new Map<string, OriginRow>();
  for (const { pattern: own, identity: _identity, ...origin } of origins) {
    if (pattern !== undefined && own !== pattern) continue;
    const { service, version, source } = origin;
    const key = JSON.stringify([service, version, source]);
    const sum = rows.get(key);
    rows.set(
      key,
      sum === undefined
        ? origin
        : { ...origin, ...addTraffic(sum, origin), coveredMs: Math.max(sum.coveredMs, origin.coveredMs) },
    );
  }
  return [...rows.values()].sort((a, b) => b.hits + b.misses - (a.hits + a.misses));
}
