import type { TrafficCounters } from '#server/sources/metrics/parseTrafficCounters.ts';
import { known, type Reading, unknown } from '#shared/reading.ts';
import type { FreshnessAtSet } from '#shared/traffic/freshnessAtSet.ts';

/** The last page of one place, and when it was read. */
export interface CountedPage {
  readonly counters: TrafficCounters;
  readonly atMs: number;
}

/**
 * How long entries of a pattern were fresh when they were stored, on average since their processes began: a deploy that changes the TTL
 * starts its processes, and with them the average, anew. A process that is read at two addresses counts once.
 */
export function freshnessAtSet(pages: readonly CountedPage[], pattern: string): Reading<FreshnessAtSet> {
  const services = new Set<string>();
  const processes = new Set<string>();
  let entryCount = 0;
  let sumMs = 0;
  let atMs = 0;
  for (const { counters, atMs: readAtMs } of pages) {
    if (processes.has(counters.process)) continue;
    processes.add(counters.process);
    for (const { pattern: name, counted, value, service } of counters.series.values()) {
      if (name !== pattern || counted.kind !== 'ttlAtSet') continue;
      if (counted.metric === 'entryCount') entryCount += value;
      else sumMs += value;
      if (service !== null) services.add(service);
      atMs = Math.max(atMs, readAtMs);
    }
  }
  if (entryCount <= 0) {
    return unknown(
      'notSupported',
      'No service that is read exports the TTLs at which it stored entries of this pattern.',
    );
  }
  const whose = services.size === 0 ? 'metrics' : `metrics of ${[...services].join(', ')}`;
  return known({ meanMs: sumMs / entryCount, entryCount }, atMs, whose);
}
