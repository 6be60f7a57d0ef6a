import { Counter, Gauge, Histogram, type Metric, type Registry } from 'prom-client';
import { FAN_OUT_BOUNDS, LAG_BOUNDS_SECONDS } from '#shared/histogram/eventHistograms.ts';
import { TTL_BOUNDS_SECONDS } from '#shared/histogram/ttlHistogram.ts';
import { metricNames } from '#shared/metricNames.ts';
import type { CacheTally } from './cacheTally.ts';
import { type CountName, countNames, countShapes, type MetricShape } from './countShapes.ts';
import { type CacheReading, type GaugeSample, type GaugeShape, gaugeShapes } from './gaugeShapes.ts';
import type { Cell } from './labelledCount.ts';

/** One cache, as a registry reads it. */
export interface CountedCache {
  /** Value of the label `cache`. */
  readonly service: string;
  readonly tally: CacheTally;
  read(): CacheReading;
}

interface Attached {
  readonly cache: CountedCache;
  /** Value of the label `name`: two breakers must not share one-hot series. */
  readonly breakerName: string;
  /** What the registry was told of each cell. */
  readonly told: Map<Cell, number>;
}

interface Registered {
  readonly name: string;
  readonly metric: Metric;
}

/** Upper bounds of load times, seconds: from a look-up in memory to a source that hangs. */
const LOAD_BOUNDS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const opened = new WeakMap<Registry, RegistryMetrics>();

/** The metrics of all caches that share a registry. */
export function openRegistryMetrics(registry: Registry): RegistryMetrics {
  const metrics = opened.get(registry) ?? new RegistryMetrics();
  opened.set(registry, metrics);
  metrics.registerIn(registry);
  return metrics;
}

/**
 * Gives a registry, when it is read, what the tallies counted since it was read last: so counts of several caches add up, never
 * fall, and outlive the cache that counted them.
 */
class RegistryMetrics {
  readonly loads = openHistogram(metricNames.loadDuration, {
    help: 'Time of loads from the source, seconds.',
    labels: ['key_pattern', 'result'],
    buckets: LOAD_BOUNDS_SECONDS,
  });
  readonly ttls = openHistogram(metricNames.ttlAtSet, {
    help: 'TTL given to entries when they were stored, jitter included, seconds.',
    labels: ['key_pattern'],
    buckets: [...TTL_BOUNDS_SECONDS],
  });
  readonly eventLags = openHistogram(metricNames.eventLag, {
    help: 'Time from the publishing of events to their application, seconds.',
    labels: ['event'],
    buckets: [...LAG_BOUNDS_SECONDS],
  });
  readonly eventFanOuts = openHistogram(metricNames.eventFanOutSizes, {
    help: 'Entries that one event removed.',
    labels: ['event'],
    buckets: [...FAN_OUT_BOUNDS],
  });
  readonly #attached = new Set<Attached>();
  readonly #counters = new Map<CountName, Counter>();
  readonly #registered: Registered[] = [];
  readonly #taken = new Set<string>();
  /** Of the scrape under way: all its gauges are of one moment. */
  readonly #readings = new Map<Attached, CacheReading>();

  constructor() {
    for (const shape of gaugeShapes)
      this.#registered.push({ name: shape.name, metric: this.#openGauge(shape) });
    for (const name of countNames()) {
      const counter = this.#openCounter(name);
      this.#counters.set(name, counter);
      this.#registered.push({ name: countShapes[name].name, metric: counter });
    }
    this.#registered.push(
      { name: metricNames.loadDuration, metric: this.loads },
      { name: metricNames.ttlAtSet, metric: this.ttls },
      { name: metricNames.eventLag, metric: this.eventLags },
      { name: metricNames.eventFanOutSizes, metric: this.eventFanOuts },
    );
  }

  /** A name that other code has taken is left to it, with a process warning. */
  registerIn(registry: Registry): void {
    const taken: string[] = [];
    for (const { name, metric } of this.#registered) {
      const present = registry.getSingleMetric(name);
      if (present === undefined) registry.registerMetric(metric);
      else if (present !== metric && !this.#taken.has(name)) taken.push(name);
    }
    if (taken.length === 0) return;
    for (const name of taken) this.#taken.add(name);
    process.emitWarning(`Metrics left out, as other code has taken their names: ${taken.join(', ')}.`, {
      code: 'CACHESCOPE_METRICS',
    });
  }

  /** Returns the function that detaches the cache: its counts stay, its gauges go. */
  attach(cache: CountedCache): () => void {
    const attached = { cache, breakerName: this.#freeBreakerName(cache.service), told: new Map() };
    this.#attached.add(attached);
    return () => {
      for (const name of this.#counters.keys()) this.#tell(name, attached);
      this.#attached.delete(attached);
    };
  }

  /** The service, and for further caches of it `service#2`. */
  #freeBreakerName(service: string): string {
    const names = new Set([...this.#attached].map(({ breakerName }) => breakerName));
    let name = service;
    for (let ordinal = 2; names.has(name); ordinal += 1) name = `${service}#${ordinal}`;
    return name;
  }

  #openCounter(name: CountName): Counter {
    const shape = countShapes[name];
    return new Counter({
      name: shape.name,
      help: shape.help,
      labelNames: [shape.owner, ...shape.labels],
      registers: [],
      collect: () => {
        for (const attached of this.#attached) this.#tell(name, attached);
      },
    });
  }

  #tell(name: CountName, attached: Attached): void {
    const { cache, told } = attached;
    const counts = cache.tally.counts[name];
    if (name === 'breakerNotPermitted') {
      const totalCount = this.#readingOf(attached).state?.breaker.notPermittedCount ?? 0;
      const cell = counts.cell('not_permitted');
      cell.count = Math.max(cell.count, totalCount);
    }
    for (const cell of counts.cells()) {
      const before = told.get(cell);
      if (before === cell.count) continue;
      this.#counters
        .get(name)
        ?.inc(labelsOf(countShapes[name], attached, cell.labels), cell.count - (before ?? 0));
      told.set(cell, cell.count);
    }
  }

  #openGauge(shape: GaugeShape): Gauge {
    const gauge: Gauge = new Gauge({
      name: shape.name,
      help: shape.help,
      labelNames: [shape.owner, ...shape.labels],
      registers: [],
      collect: () => {
        gauge.reset();
        for (const { labels, value } of this.#combine(shape)) gauge.set(labels, value);
      },
    });
    return gauge;
  }

  #combine(shape: GaugeShape): Iterable<{ readonly labels: Record<string, string>; readonly value: number }> {
    const samples = new Map<string, { readonly labels: Record<string, string>; readonly value: number }>();
    for (const attached of this.#attached) {
      for (const sample of shape.read(this.#readingOf(attached))) {
        const id = idOf(shape, attached, sample);
        const before = samples.get(id);
        const value = before === undefined ? sample.value : shape.combine(before.value, sample.value);
        samples.set(id, { labels: labelsOf(shape, attached, sample.labels), value });
      }
    }
    return samples.values();
  }

  #readingOf(attached: Attached): CacheReading {
    const known = this.#readings.get(attached);
    if (known !== undefined) return known;
    const reading = attached.cache.read();
    if (this.#readings.size === 0) queueMicrotask(() => this.#readings.clear());
    this.#readings.set(attached, reading);
    return reading;
  }
}

function ownerOf({ owner }: MetricShape, { cache, breakerName }: Attached): string {
  return owner === 'name' ? breakerName : cache.service;
}

function idOf(shape: MetricShape, attached: Attached, { labels }: GaugeSample): string {
  return [ownerOf(shape, attached), ...labels].join('\n');
}

function labelsOf(shape: MetricShape, attached: Attached, values: readonly string[]): Record<string, string> {
  const labels: Record<string, string> = { [shape.owner]: ownerOf(shape, attached) };
  for (const [at, name] of shape.labels.entries()) labels[name] = values[at] ?? '';
  return labels;
}

interface HistogramShape {
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets: number[];
}

function openHistogram(name: string, { help, labels, buckets }: HistogramShape): Histogram {
  return new Histogram({ name, help, labelNames: ['cache', ...labels], buckets, registers: [] });
}
