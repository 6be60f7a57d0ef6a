import type { HistoryStore } from '#server/history/historyStore.ts';
import {
  derivePatternTraffic,
  parseTrafficCounters,
  type TrafficCounters,
  type TrafficIncrement,
} from '#server/sources/metrics/cachescopeMetrics.ts';
import type { Scrape } from '#server/sources/scrapeMetrics.ts';
import { OTHER_PATTERN } from '#shared/metricNames.ts';
import type { MetricsSource } from '#shared/snapshot.ts';
import type { TargetId } from '#shared/target.ts';
import { stepOf, UNMEASURED_MS } from './nodeWatch.ts';
import { RECENT_MS, RecentIntervals } from './recentIntervals.ts';

/** Names that one place may add; the counts of all others are summed as `other`, so that a faulty label grows nothing. */
const MAX_PATTERNS = 1_000;

export interface TrafficWatchOptions {
  readonly targetId: TargetId;
  readonly urls: readonly string[];
  readonly history: HistoryStore;
  readonly scrape: (url: string) => Promise<Scrape>;
}

/** What one place reported over the last minute. */
interface ScrapedPlace {
  readonly url: string;
  readonly recent: RecentIntervals<readonly TrafficIncrement[]>;
  readonly patterns: Set<string>;
  counters: TrafficCounters | null;
  countedAtMs: number;
  source: MetricsSource;
}

/** Counts of one pattern over the last minute, from every place that reported it. */
export interface RecentTraffic {
  readonly hits: number;
  readonly misses: number;
  readonly loads: number;
  readonly loadMs: number;
  readonly puts: number;
  readonly windowMs: number;
  readonly atMs: number;
  readonly services: readonly string[];
}

/** Scrapes the services' metrics over and over and keeps what each pattern's traffic added. */
export class TrafficWatch {
  readonly #options: TrafficWatchOptions;
  readonly #places: readonly ScrapedPlace[];

  constructor(options: TrafficWatchOptions) {
    this.#options = options;
    this.#places = [...new Set(options.urls)].map((url) => ({
      url,
      recent: new RecentIntervals(),
      patterns: new Set(),
      counters: null,
      countedAtMs: 0,
      source: {
        url: withoutCredentials(url),
        state: 'pending',
        service: null,
        lastOkAtMs: null,
        detail: 'Not read yet.',
      },
    }));
  }

  /** Scrapes every place once, side by side. Never throws. */
  async read(): Promise<void> {
    await Promise.all(this.#places.map((place) => this.#readPlace(place)));
  }

  sources(): readonly MetricsSource[] {
    return this.#places.map((place) => place.source);
  }

  /** Patterns that some place has ever reported, with the last answer of that place. */
  reportedPatterns(): ReadonlyMap<string, MetricsSource> {
    return new Map(
      this.#places.flatMap((place) => [...place.patterns].map((pattern) => [pattern, place.source] as const)),
    );
  }

  /** Traffic of the last minute by pattern; a pattern that no place reported in it is absent. */
  recentTraffic(nowMs: number): ReadonlyMap<string, RecentTraffic> {
    const traffic = new Map<string, RecentTraffic>();
    for (const place of this.#places) {
      place.recent.dropBefore(nowMs - RECENT_MS);
      const windowMs = place.recent.coveredMs();
      const atMs = place.recent.all().at(-1)?.toMs;
      if (atMs === undefined) continue;
      const services = place.source.service === null ? [] : [place.source.service];
      for (const pattern of place.patterns) {
        addTraffic(traffic, pattern, {
          hits: 0,
          misses: 0,
          loads: 0,
          loadMs: 0,
          puts: 0,
          windowMs,
          atMs,
          services,
        });
      }
      for (const { value } of place.recent.all()) {
        for (const added of value) addTraffic(traffic, added.pattern, { ...added, windowMs, atMs, services });
      }
    }
    return traffic;
  }

  async #readPlace(place: ScrapedPlace): Promise<void> {
    const scrape = await this.#options.scrape(place.url);
    if (scrape.state === 'down') {
      place.source = { ...place.source, state: 'down', detail: scrape.detail };
      return;
    }
    const counters = parseTrafficCounters(scrape.samples);
    const fromMs = place.countedAtMs;
    // Two lost scrapes in a row are bridged.
    const isBridged = scrape.atMs - fromMs < UNMEASURED_MS;
    const counted = isBridged ? derivePatternTraffic(place.counters, counters) : null;
    for (const { pattern } of counters.series.values()) takePattern(place.patterns, pattern);
    place.counters = counters;
    place.countedAtMs = scrape.atMs;
    place.source = {
      ...place.source,
      state: 'up',
      service: counters.service,
      lastOkAtMs: scrape.atMs,
      detail: scrape.problem,
    };
    if (counted === null) return;
    const increments = foldUnknown(counted, place.patterns);
    place.recent.add({ fromMs, toMs: scrape.atMs, value: increments });
    this.#options.history.recordTraffic(this.#options.targetId, stepOf(fromMs, scrape.atMs), increments);
  }
}

function takePattern(patterns: Set<string>, pattern: string): void {
  if (patterns.has(pattern)) return;
  patterns.add(patterns.size < MAX_PATTERNS ? pattern : OTHER_PATTERN);
}

/** Counts of patterns that were not taken, summed as `other`. */
function foldUnknown(
  increments: readonly TrafficIncrement[],
  patterns: ReadonlySet<string>,
): readonly TrafficIncrement[] {
  const known = increments.filter(({ pattern }) => patterns.has(pattern) && pattern !== OTHER_PATTERN);
  if (known.length === increments.length) return increments;
  const other = { pattern: OTHER_PATTERN, hits: 0, misses: 0, loads: 0, loadMs: 0, puts: 0 };
  for (const { pattern, ...counts } of increments) {
    if (patterns.has(pattern) && pattern !== OTHER_PATTERN) continue;
    other.hits += counts.hits;
    other.misses += counts.misses;
    other.loads += counts.loads;
    other.loadMs += counts.loadMs;
    other.puts += counts.puts;
  }
  return [...known, other];
}

function addTraffic(traffic: Map<string, RecentTraffic>, pattern: string, added: RecentTraffic): void {
  const sum = traffic.get(pattern);
  if (sum === undefined) {
    traffic.set(pattern, added);
    return;
  }
  traffic.set(pattern, {
    hits: sum.hits + added.hits,
    misses: sum.misses + added.misses,
    loads: sum.loads + added.loads,
    loadMs: sum.loadMs + added.loadMs,
    puts: sum.puts + added.puts,
    windowMs: Math.max(sum.windowMs, added.windowMs),
    atMs: Math.max(sum.atMs, added.atMs),
    services: [...new Set([...sum.services, ...added.services])],
  });
}

/** The address as the page and the log may show it. */
function withoutCredentials(url: string): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  shown.search = '';
  return shown.href;
}
