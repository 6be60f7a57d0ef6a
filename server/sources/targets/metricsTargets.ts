import type { MetricsFinder } from '#shared/scrape/metricsFinder.ts';
import type { TargetFinder } from './find/targetFinder.ts';
import type { Scrape } from './scrape/scrape.ts';
import type { ScrapeTarget } from './scrapeTarget.ts';
import { type Scraper, TargetPool } from './targetPool.ts';

export interface MetricsTargetsOptions {
  readonly nowMs: () => number;
  readonly scrapeEveryMs: () => number;
  /** Targets that the configuration names one by one. */
  readonly configured: readonly ScrapeTarget[];
  readonly finders: readonly TargetFinder[];
  readonly open: (target: ScrapeTarget) => Scraper;
}

export interface TargetListener {
  /** Called before a scrape of any new one. */
  targetsChanged(targets: readonly ScrapeTarget[]): void;
  scraped(target: ScrapeTarget, scrape: Scrape): void;
  findersChanged(finders: readonly MetricsFinder[]): void;
}

/** Most targets of all finders together. */
const MAX_TARGETS = 2_000;

interface Looking {
  readonly finder: TargetFinder;
  timer: NodeJS.Timeout | undefined;
  running: Promise<void>;
  targets: readonly ScrapeTarget[];
  state: MetricsFinder;
}

/** Every place to scrape, from whatever names it, and what each scrape gives. Starts at once. */
export class MetricsTargets {
  readonly #options: MetricsTargetsOptions;
  readonly #listener: TargetListener;
  readonly #pool: TargetPool;
  readonly #looking: readonly Looking[];
  #isClosed = false;

  constructor(options: MetricsTargetsOptions, listener: TargetListener) {
    this.#options = options;
    this.#listener = listener;
    this.#pool = new TargetPool({
      nowMs: options.nowMs,
      intervalMs: options.scrapeEveryMs,
      open: options.open,
      onScrape: (target, scrape) => listener.scraped(target, scrape),
    });
    this.#looking = options.finders.map((finder) => ({
      finder,
      timer: undefined,
      running: Promise.resolve(),
      targets: finder.remembered ?? [],
      state: {
        kind: finder.kind,
        name: finder.name,
        state: 'pending',
        targetCount: 0,
        lastOkAtMs: null,
        detail: 'Not looked at yet.',
      },
    }));
    this.#spread();
    this.#told();
    for (const looking of this.#looking) this.#look(looking);
  }

  hurry(): void {
    this.#pool.hurry();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { timer } of this.#looking) clearTimeout(timer);
    await Promise.all([this.#pool.close(), ...this.#looking.map(({ running }) => running)]);
  }

  #look(looking: Looking): void {
    looking.running = this.#find(looking).then(() => {
      if (this.#isClosed) return;
      looking.timer = setTimeout(() => this.#look(looking), looking.finder.everyMs());
    });
  }

  async #find(looking: Looking): Promise<void> {
    try {
      const { targets, leftOut } = await looking.finder.find();
      if (this.#isClosed) return;
      looking.targets = targets;
      looking.state = {
        ...looking.state,
        state: 'working',
        targetCount: targets.length,
        lastOkAtMs: this.#options.nowMs(),
        detail: leftOut,
      };
      this.#spread();
    } catch (error) {
      if (this.#isClosed) return;
      const detail = error instanceof Error ? error.message : String(error);
      looking.state = { ...looking.state, state: 'failing', detail };
    }
    this.#told();
  }

  /** Who is named twice is scraped once, as whoever named it first in the order of the configuration. */
  #spread(): void {
    const byId = new Map<string, ScrapeTarget>();
    for (const target of [...this.#options.configured, ...this.#looking.flatMap(({ targets }) => targets)]) {
      if (byId.size < MAX_TARGETS && !byId.has(target.id)) byId.set(target.id, target);
    }
    const targets = [...byId.values()];
    this.#listener.targetsChanged(targets);
    this.#pool.setTargets(targets);
  }

  #told(): void {
    this.#listener.findersChanged(this.#looking.map(({ state }) => state));
  }
}
