import type { HistoryStore } from '#server/history/historyStore.ts';
import { deriveTraffic } from '#server/sources/metrics/deriveTraffic.ts';
import { parseTrafficCounters, type TrafficSeries } from '#server/sources/metrics/parseTrafficCounters.ts';
import type { TrafficConvention } from '#server/sources/metrics/trafficConvention.ts';
import { mergeIncrements, type TrafficIncrement } from '#server/sources/metrics/trafficIncrement.ts';
import type { Scrape } from '#server/sources/targets/scrape/scrape.ts';
import type { ScrapeTarget } from '#server/sources/targets/scrapeTarget.ts';
import { OTHER_PATTERN } from '#shared/metricNames.ts';
import type { Known, Reading } from '#shared/reading.ts';
import type { MetricsSource, ToldSize } from '#shared/snapshot.ts';
import type { TargetId } from '#shared/target.ts';
import type { FreshnessAtSet } from '#shared/traffic/freshnessAtSet.ts';
import { addTraffic, NO_TRAFFIC, type TrafficCounts } from '#shared/traffic/trafficCounts.ts';
import type { NotAdded, TrafficPart } from '#shared/traffic/trafficPart.ts';
import type { TrafficIdentity, TrafficSourceId } from '#shared/traffic/trafficSource.ts';
import { stepOf, UNMEASURED_MS } from './nodeWatch.ts';
import { RECENT_MS } from './recentIntervals.ts';
import { freshnessAtSet } from './traffic/freshnessAtSet.ts';
import { SameLookups } from './traffic/sameLookups.ts';
import { openPlace, type ScrapedPlace, takeCounters, takeFailure } from './traffic/scrapedPlace.ts';
import { SourceLoads } from './traffic/sourceLoads.ts';

/** Names that one place may add; the counts of all others are summed as `other`, so that a faulty label grows nothing. */
const MAX_PATTERNS = 1_000;

export interface TrafficWatchOptions {
  readonly targetId: TargetId;
  /** Cache names of others to the key patterns they stand for. */
  readonly metricPatterns: ReadonlyMap<string, string>;
  readonly conventions: readonly TrafficConvention[];
  readonly history: HistoryStore;
}

/** Counts of one pattern over the last minute, from every place that reported it. */
export interface RecentTraffic extends TrafficCounts {
  readonly windowMs: number;
  readonly atMs: number;
  readonly services: readonly string[];
  readonly sources: readonly TrafficSourceId[];
  readonly notAdded: readonly NotAdded[];
}

/** What some place has reported, with the last answer of that place. */
export interface ReportedPattern {
  readonly identity: TrafficIdentity;
  readonly source: MetricsSource;
}

/** Keeps what each pattern's traffic added from one reading of each target to the next. */
export class TrafficWatch {
  /** What the services load, with a finer step than the history has. */
  readonly sourceLoads = new SourceLoads();
  readonly #options: TrafficWatchOptions;
  readonly #same = new SameLookups();
  #places: ReadonlyMap<string, ScrapedPlace> = new Map();

  constructor(options: TrafficWatchOptions) {
    this.#options = options;
  }

  /** From now on these and no others; what a target that stays has counted stays. */
  setTargets(targets: readonly ScrapeTarget[]): void {
    const places = new Map<string, ScrapedPlace>();
    for (const target of targets) {
      const place = this.#places.get(target.id) ?? openPlace(target);
      place.target = target;
      places.set(target.id, place);
    }
    this.#places = places;
    this.sourceLoads.setPlaces(new Set(places.keys()));
  }

  sources(): readonly MetricsSource[] {
    return [...this.#places.values()].map((place) => place.source);
  }

  reportedPatterns(): ReadonlyMap<string, ReportedPattern> {
    return new Map(
      [...this.#places.values()].flatMap(({ patterns, source }) =>
        [...patterns].map(([pattern, identity]) => [pattern, { identity, source }] as const),
      ),
    );
  }

  /** What metrics say of keys by pattern; of several pages the one that was read last, since they may be of the same keys. */
  toldSizes(): ReadonlyMap<string, Known<ToldSize>> {
    const sizes = new Map<string, Known<ToldSize>>();
    for (const place of this.#places.values()) {
      for (const [pattern, size] of place.sizes) {
        if (size.atMs >= (sizes.get(pattern)?.atMs ?? 0)) sizes.set(pattern, size);
      }
    }
    return sizes;
  }

  /** Traffic of the last minute by pattern; a pattern that no place reported in it is absent. */
  recentTraffic(nowMs: number): ReadonlyMap<string, RecentTraffic> {
    const traffic = new Map<string, RecentTraffic>();
    this.#same.tidy(nowMs);
    for (const place of this.#places.values()) {
      place.recent.dropBefore(nowMs - RECENT_MS);
      const windowMs = place.recent.coveredMs();
      const atMs = place.recent.all().at(-1)?.toMs;
      if (atMs === undefined) continue;
      for (const pattern of place.patterns.keys()) addRecent(traffic, pattern, { windowMs, atMs });
      for (const { value } of place.recent.all()) {
        for (const added of value) addRecent(traffic, added.pattern, { windowMs, atMs, added });
      }
    }
    for (const [pattern, sum] of traffic) {
      const notAdded = this.#same.notAdded(pattern, nowMs);
      if (notAdded.length > 0) traffic.set(pattern, { ...sum, notAdded });
    }
    return traffic;
  }

  /** What each process counted of a pattern within about the last hour. */
  partsOf(pattern: string, nowMs: number): readonly TrafficPart[] {
    return [...this.#places.values()].flatMap((place) => place.lastHour.partsOf(pattern, nowMs));
  }

  /** How long entries of a pattern are fresh, by the last page of each place. */
  freshnessAtSet(pattern: string): Reading<FreshnessAtSet> {
    const pages = [...this.#places.values()].flatMap(({ counters, countedAtMs }) =>
      counters === null ? [] : [{ counters, atMs: countedAtMs }],
    );
    return freshnessAtSet(pages, pattern);
  }

  /** Takes in what a scrape of one of the targets gave. */
  take({ id }: ScrapeTarget, scrape: Scrape): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    if (scrape.state === 'down') {
      takeFailure(place, scrape);
      return;
    }
    const { labels: origin } = place.target;
    const { metricPatterns: patterns, conventions } = this.#options;
    const passedOn = place.target.origin === 'prometheus' ? ({ source: 'prometheus' } as const) : {};
    const counters = parseTrafficCounters(scrape.samples, { patterns, conventions, origin, ...passedOn });
    const fromMs = place.countedAtMs;
    // Two lost scrapes in a row are bridged.
    const isBridged = scrape.atMs - fromMs < UNMEASURED_MS;
    const counted = isBridged ? deriveTraffic(place.counters, counters, place.missing.has) : null;
    // A size says nothing of look-ups, and a row of it would show none.
    const told = [...counters.series.values()].filter((series) => series.counted.kind !== 'size');
    for (const series of told) takePattern(place.patterns, series);
    this.#same.note(
      id,
      told.map((series) => taken(series, place.patterns)),
      scrape.atMs,
    );
    takeCounters(place, scrape, counters);
    if (counted === null) return;
    const increments = mergeIncrements(
      counted
        .map((increment) => taken(increment, place.patterns))
        .filter((increment) => this.#same.isAdded(id, increment, scrape.atMs)),
    );
    place.recent.add({ fromMs, toMs: scrape.atMs, value: increments });
    this.sourceLoads.add(id, { fromMs, toMs: scrape.atMs }, increments);
    place.lastHour.add(fromMs, scrape.atMs, increments);
    this.#options.history.recordTraffic(this.#options.targetId, stepOf(fromMs, scrape.atMs), increments);
  }
}

function takePattern(patterns: Map<string, TrafficIdentity>, { pattern, identity }: TrafficSeries): void {
  if (patterns.has(pattern)) return;
  if (patterns.size < MAX_PATTERNS) patterns.set(pattern, identity);
  else patterns.set(OTHER_PATTERN, 'pattern');
}

/** One of a pattern that was not taken counts for `other`. */
function taken<One extends { readonly pattern: string; readonly identity: TrafficIdentity }>(
  one: One,
  patterns: ReadonlyMap<string, unknown>,
): One {
  return patterns.has(one.pattern) ? one : { ...one, pattern: OTHER_PATTERN, identity: 'pattern' };
}

function addRecent(
  traffic: Map<string, RecentTraffic>,
  pattern: string,
  { windowMs, atMs, added }: { windowMs: number; atMs: number; added?: TrafficIncrement },
): void {
  const sum = traffic.get(pattern);
  traffic.set(pattern, {
    ...addTraffic(sum ?? NO_TRAFFIC, added ?? NO_TRAFFIC),
    windowMs: Math.max(sum?.windowMs ?? 0, windowMs),
    atMs: Math.max(sum?.atMs ?? 0, atMs),
    services: withName(sum?.services ?? [], added?.service ?? null),
    sources: withName(sum?.sources ?? [], added?.source ?? null),
    notAdded: [],
  });
}

function withName<T extends string>(names: readonly T[], name: T | null): readonly T[] {
  return name === null || names.includes(name) ? names : [...names, name];
}
