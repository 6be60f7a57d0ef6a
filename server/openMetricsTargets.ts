import type { Clock } from './clock/clock.ts';
import type { Config } from './config/config.ts';
import type { MetricsPlace } from './config/metricsSettings.ts';
import type { PrometheusSettings } from './config/prometheusSettings.ts';
import type { ObservedConnection } from './redis/openRedis.ts';
import type { OpenedTargets } from './snapshot/targetWatchOptions.ts';
import type {
  AnnouncedInstances,
  AnnouncedInstancesOptions,
} from './sources/announced/announcedInstances.ts';
import { isTrafficMetric } from './sources/metrics/isTrafficMetric.ts';
import type { TrafficConvention } from './sources/metrics/trafficConvention.ts';
import { PrometheusTargets } from './sources/prometheus/prometheusTargets.ts';
import { readPrometheus } from './sources/prometheus/readPrometheus.ts';
import { isServiceMetric } from './sources/services/serviceMetrics.ts';
import { addressRanges } from './sources/targets/addressRanges.ts';
import { announcedFinder } from './sources/targets/find/announcedFinder.ts';
import { dnsFinder } from './sources/targets/find/dnsFinder.ts';
import { fileFinder } from './sources/targets/find/fileFinder.ts';
import { systemResolver } from './sources/targets/find/systemResolver.ts';
import type { TargetFinder } from './sources/targets/find/targetFinder.ts';
import { type JoinedListener, joinListeners } from './sources/targets/joinListeners.ts';
import { MetricsTargets, type TargetListener } from './sources/targets/metricsTargets.ts';
import { KeptBudget } from './sources/targets/scrape/keptBudget.ts';
import { TargetScraper } from './sources/targets/scrape/targetScraper.ts';
import { type ScrapeTarget, targetId } from './sources/targets/scrapeTarget.ts';

/** Two to a step of the history, so that the page knows rates within seconds of the start. */
const SCRAPE_MS = 5_000;
/** While Redis is away its services are the only ones to say what happens, and it should be on the page within 5 s. */
const ALONE_SCRAPE_MS = 2_500;

export interface MetricsTargetsParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly connection: Pick<ObservedConnection, 'status'>;
  readonly conventions: readonly TrafficConvention[];
  readonly announced: Pick<AnnouncedInstances, 'look' | 'found'>;
  /** Whether the page of an instance answers. */
  readonly isAnswering: AnnouncedInstancesOptions['isReadElsewhere'];
}

/** Starts to read everything that the configuration names or lets be found, and the Prometheus server if there is one. */
export function openMetricsTargets(parts: MetricsTargetsParts, listener: TargetListener): OpenedTargets {
  const join = joinListeners(listener);
  const direct = join();
  const opened: OpenedTargets[] = [openDirectTargets(parts, direct)];
  const { prometheus } = parts.config;
  if (prometheus !== null) opened.push(openPrometheusTargets(parts, prometheus, { own: join(), direct }));
  return {
    hurry: () => {
      for (const one of opened) one.hurry();
    },
    close: async () => {
      await Promise.all(opened.map((one) => one.close()));
    },
  };
}

function openPrometheusTargets(
  { clock, conventions }: MetricsTargetsParts,
  { access, matchers }: PrometheusSettings,
  { own, direct }: { own: TargetListener; direct: JoinedListener },
): PrometheusTargets {
  const { nowMs, elapsedMs } = clock;
  return new PrometheusTargets(
    {
      url: access.url,
      read: () => readPrometheus({ access, matchers, conventions, nowMs }),
      elapsedMs,
      isScraped: (hostAndPort) => direct.targets().some(({ url }) => new URL(url).host === hostAndPort),
    },
    own,
  );
}

function openDirectTargets(parts: MetricsTargetsParts, listener: TargetListener): MetricsTargets {
  const { config, clock, conventions } = parts;
  const { nowMs, elapsedMs } = clock;
  const budget = new KeptBudget();
  const configured = config.metricsPlaces.filter(({ kind }) => kind === 'url').map(configuredTarget);
  return new MetricsTargets(
    {
      nowMs,
      scrapeEveryMs: () => (parts.connection.status().state === 'unreachable' ? ALONE_SCRAPE_MS : SCRAPE_MS),
      configured,
      finders: findersOf(parts),
      open: (target) =>
        new TargetScraper({
          target,
          nowMs,
          elapsedMs,
          isWanted: (metricName) => isTrafficMetric(metricName, conventions) || isServiceMetric(metricName),
          budget,
        }),
    },
    listener,
  );
}

function configuredTarget({ at, labels, access }: MetricsPlace): ScrapeTarget {
  return {
    id: targetId(at, null),
    url: at,
    origin: 'configuration',
    foundBy: '',
    labels,
    access,
    connectTo: null,
    ranges: null,
  };
}

function findersOf({ config, announced, isAnswering }: MetricsTargetsParts): readonly TargetFinder[] {
  const resolver = systemResolver();
  const finders = config.metricsPlaces.flatMap(({ kind, at, labels, access }): TargetFinder[] => {
    if (kind === 'file') return [fileFinder({ path: at, access })];
    return kind === 'dns' ? [dnsFinder({ address: at, labels, access, resolver })] : [];
  });
  if (config.metricsAnnounced.length === 0) return finders;
  const ranges = addressRanges(config.metricsAnnounced);
  return [...finders, announcedFinder({ announced, isAnswering, ranges })];
}
