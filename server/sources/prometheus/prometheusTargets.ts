import type { MetricsFinder } from '#shared/scrape/metricsFinder.ts';
import type { TargetListener } from '../targets/metricsTargets.ts';
import { noAccess, type ScrapeTarget } from '../targets/scrapeTarget.ts';
import type { ProcessSamples } from './groupByProcess.ts';
import type { PrometheusReading } from './readPrometheus.ts';

export interface PrometheusTargetsOptions {
  /** Of the server, without credentials. */
  readonly url: string;
  readonly read: () => Promise<PrometheusReading>;
  readonly elapsedMs: () => number;
  /** Whether the page at this `host:port` is read by ourselves already; what Prometheus has of it would count twice. */
  readonly isScraped: (hostAndPort: string) => boolean;
  readonly everyMs?: number;
}

/** A step of the history. Prometheus itself scrapes every 15 to 60 s. */
const EVERY_MS = 10_000;
/** After this Prometheus itself takes a series for ended, and a process that is back is a new one. */
const GONE_MS = 300_000;
/** As for every other that names targets. */
const MAX_PROCESSES = 1_000;

interface SeenProcess {
  readonly target: ScrapeTarget;
  seenAtMs: number;
}

/** Processes whose counters a Prometheus server has, told as if their pages were scraped. Starts at once. */
export class PrometheusTargets {
  readonly #options: PrometheusTargetsOptions;
  readonly #listener: TargetListener;
  readonly #seen = new Map<string, SeenProcess>();
  #state: MetricsFinder;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void>;
  #isClosed = false;

  constructor(options: PrometheusTargetsOptions, listener: TargetListener) {
    this.#options = options;
    this.#listener = listener;
    this.#state = {
      kind: 'prometheus',
      name: options.url,
      state: 'pending',
      targetCount: 0,
      lastOkAtMs: null,
      detail: 'Not asked yet.',
    };
    listener.findersChanged([this.#state]);
    this.#running = this.#run();
  }

  /** It has only what Prometheus scraped, at its own times. */
  hurry(): void {}

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    const startedMs = this.#options.elapsedMs();
    const reading = await this.#options.read();
    if (this.#isClosed) return;
    const durationMs = this.#options.elapsedMs() - startedMs;
    if (reading.state === 'down') this.#takeFailure(reading, durationMs);
    else this.#takeReading(reading, durationMs);
    this.#listener.findersChanged([this.#state]);
    const { everyMs = EVERY_MS } = this.#options;
    this.#timer = setTimeout(
      () => {
        this.#running = this.#run();
      },
      Math.max(0, everyMs - durationMs),
    );
  }

  #takeReading(reading: Extract<PrometheusReading, { state: 'up' }>, durationMs: number): void {
    const { isScraped } = this.#options;
    const foreign = reading.processes.filter(({ instance }) => instance === null || !isScraped(instance));
    const wanted = foreign.slice(0, MAX_PROCESSES);
    for (const process of wanted) {
      const target = targetOf(this.#options.url, process);
      const known = this.#seen.get(target.id);
      if (known === undefined) this.#seen.set(target.id, { target, seenAtMs: reading.atMs });
      else known.seenAtMs = reading.atMs;
    }
    for (const [id, { seenAtMs }] of this.#seen) if (reading.atMs - seenAtMs > GONE_MS) this.#seen.delete(id);
    this.#listener.targetsChanged([...this.#seen.values()].map(({ target }) => target));
    for (const process of wanted) {
      const seriesCount = process.samples.length;
      this.#listener.scraped(targetOf(this.#options.url, process), {
        state: 'up',
        atMs: reading.atMs,
        samples: process.samples,
        fault: null,
        problem: '',
        cost: { durationMs, pageBytes: 0, seriesReadCount: seriesCount, seriesKeptCount: seriesCount },
      });
    }
    for (const { target, seenAtMs } of this.#seen.values()) {
      if (seenAtMs !== reading.atMs) this.#tellDown(target, reading.atMs, { durationMs, detail: GONE });
    }
    this.#state = {
      ...this.#state,
      state: 'working',
      targetCount: wanted.length,
      lastOkAtMs: reading.atMs,
      detail: remarks(reading, foreign.length).join(' '),
    };
  }

  #takeFailure({ atMs, detail }: { atMs: number; detail: string }, durationMs: number): void {
    this.#state = { ...this.#state, state: 'failing', detail };
    for (const { target } of this.#seen.values()) {
      this.#tellDown(target, atMs, { durationMs, detail: `Prometheus: ${detail}` });
    }
  }

  #tellDown(target: ScrapeTarget, atMs: number, why: { durationMs: number; detail: string }): void {
    const cost = { durationMs: why.durationMs, pageBytes: 0, seriesReadCount: 0, seriesKeptCount: 0 };
    this.#listener.scraped(target, { state: 'down', atMs, fault: 'unreachable', detail: why.detail, cost });
  }
}

const GONE = 'Prometheus has no counters of it at the moment.';

function targetOf(url: string, { job, instance }: ProcessSamples): ScrapeTarget {
  return {
    id: JSON.stringify([url, job, instance]),
    url,
    origin: 'prometheus',
    foundBy: [job, instance].filter((word) => word !== null).join(' '),
    labels: { service: job, instance, version: null },
    access: noAccess,
    connectTo: null,
    ranges: null,
  };
}

function remarks(
  { processes, problem }: { processes: readonly unknown[]; problem: string },
  foreignCount: number,
): readonly string[] {
  const scrapedCount = processes.length - foreignCount;
  return [
    problem,
    processes.length === 0 ? 'It has no metrics of caches that Cachescope knows how to read.' : '',
    scrapedCount > 0 ? `Left out, as they are scraped directly: ${scrapedCount}.` : '',
    foreignCount > MAX_PROCESSES
      ? `Only the first ${MAX_PROCESSES} of ${foreignCount} processes are taken.`
      : '',
  ].filter((remark) => remark !== '');
}
