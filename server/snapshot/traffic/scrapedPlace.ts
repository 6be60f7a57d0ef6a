import type { TrafficCounters } from '#server/sources/metrics/parseTrafficCounters.ts';
import type { TrafficIncrement } from '#server/sources/metrics/trafficIncrement.ts';
import { isBreakerMetric } from '#server/sources/services/serviceMetrics.ts';
import type { Scrape } from '#server/sources/targets/scrape/scrape.ts';
import { type ScrapeTarget, shownUrl } from '#server/sources/targets/scrapeTarget.ts';
import type { Known } from '#shared/reading.ts';
import type { MetricsSource, ToldSize } from '#shared/snapshot.ts';
import type { TrafficIdentity } from '#shared/traffic/trafficSource.ts';
import { RecentIntervals } from '../recentIntervals.ts';
import { MissingSeries } from './missingSeries.ts';
import { RecentParts } from './recentParts.ts';
import { toldSizes } from './toldSizes.ts';

/** What one target reported over the last minute and hour. */
export interface ScrapedPlace {
  target: ScrapeTarget;
  readonly recent: RecentIntervals<readonly TrafficIncrement[]>;
  lastHour: RecentParts;
  /** What it has reported, and what names it. */
  readonly patterns: Map<string, TrafficIdentity>;
  readonly missing: MissingSeries;
  /** What its last page says of keys, by pattern; none while it is down. */
  sizes: ReadonlyMap<string, Known<ToldSize>>;
  counters: TrafficCounters | null;
  countedAtMs: number;
  source: MetricsSource;
}

export function openPlace(target: ScrapeTarget): ScrapedPlace {
  return {
    target,
    recent: new RecentIntervals(),
    lastHour: new RecentParts(),
    patterns: new Map(),
    missing: new MissingSeries(),
    sizes: new Map(),
    counters: null,
    countedAtMs: 0,
    source: {
      url: shownUrl(target.url),
      connectedTo: target.connectTo,
      origin: target.origin,
      foundBy: target.foundBy,
      state: 'pending',
      ...target.labels,
      conventions: [],
      lastOkAtMs: null,
      triedAtMs: null,
      cost: null,
      fault: null,
      detail: 'Not read yet.',
    },
  };
}

/** Notes that a scrape failed. When it showed that the page lies, what it counted until then is forgotten too. */
export function takeFailure(place: ScrapedPlace, scrape: Extract<Scrape, { state: 'down' }>): void {
  const { fault, detail, atMs, cost } = scrape;
  place.source = { ...place.source, state: 'down', triedAtMs: atMs, cost, fault, detail };
  place.sizes = new Map();
  if (fault !== 'countersFall' && fault !== 'seriesChange') return;
  place.recent.clear();
  place.lastHour = new RecentParts();
  place.counters = null;
}

/** Notes what a page holds. */
export function takeCounters(
  place: ScrapedPlace,
  scrape: Extract<Scrape, { state: 'up' }>,
  counters: TrafficCounters,
): void {
  const { atMs, cost } = scrape;
  const { service, instance, version, series } = counters;
  // A service of our library names itself before its caches were asked for the first time.
  const hasBreakers = scrape.samples.some(({ name }) => isBreakerMetric(name));
  const hasCaches = series.size > 0 || service !== null || hasBreakers;
  const isEmpty = scrape.fault === null && !hasCaches;
  place.missing.note(place.counters, counters);
  place.counters = counters;
  place.sizes = toldSizes(series.values(), atMs);
  place.countedAtMs = atMs;
  place.source = {
    ...place.source,
    ...{ state: 'up', service, instance, version },
    conventions: [...new Set([...series.values()].map(({ source }) => source))],
    ...{ lastOkAtMs: atMs, triedAtMs: atMs, cost },
    fault: isEmpty ? 'noCacheMetrics' : scrape.fault,
    detail: isEmpty ? 'Its page names no cache that Cachescope knows how to read.' : scrape.problem,
  };
}
