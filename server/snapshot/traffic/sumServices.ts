import type { Lookups } from '#shared/lookups.ts';
import { known, type Reading, unknown } from '#shared/reading.ts';
import { isInTotals } from '#shared/traffic/trafficSource.ts';
import type { RecentTraffic, ReportedPattern } from '../trafficWatch.ts';

/** What services counted over the last minute: neither a whole Redis, nor what was only seen there. */
export function sumServices(
  traffic: ReadonlyMap<string, RecentTraffic>,
  reported: ReadonlyMap<string, Pick<ReportedPattern, 'identity'>>,
  isConfigured: boolean,
): Reading<Lookups> {
  const all = [...traffic].flatMap(([pattern, recent]) =>
    isOfServices(pattern, recent, reported) ? [recent] : [],
  );
  if (all.length === 0) {
    return isConfigured
      ? unknown('pending', 'No service has reported look-ups within the last minute.')
      : unknown('notConfigured', 'No service exports its look-ups here. Start with --metrics URL.');
  }
  const sum = (pick: (one: RecentTraffic) => number) => all.reduce((total, one) => total + pick(one), 0);
  const windowMs = all.reduce((longest, one) => Math.max(longest, one.windowMs), 0);
  const atMs = all.reduce((latest, one) => Math.max(latest, one.atMs), 0);
  return known(
    { hits: sum((one) => one.hits), misses: sum((one) => one.misses), windowMs },
    atMs,
    'metrics of the services',
  );
}

function isOfServices(
  pattern: string,
  { sources }: RecentTraffic,
  reported: ReadonlyMap<string, Pick<ReportedPattern, 'identity'>>,
): boolean {
  const identity = reported.get(pattern)?.identity ?? 'pattern';
  if (sources.length === 0) return isInTotals({ identity });
  return sources.some((source) => isInTotals({ identity, source }));
}
