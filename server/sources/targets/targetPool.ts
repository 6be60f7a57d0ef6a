import { Lane } from './lane.ts';
import type { Scrape } from './scrape/scrape.ts';
import type { ScrapeTarget } from './scrapeTarget.ts';
import { spreadPhaseMs } from './spreadPhases.ts';

/** What scrapes one target, again and again. */
export interface Scraper {
  /** Never rejects. */
  scrape(): Promise<Scrape>;
  close(): void;
}

export interface TargetPoolOptions {
  readonly nowMs: () => number;
  /** Asked before each scrape: it may become shorter while something is wrong. */
  readonly intervalMs: () => number;
  readonly open: (target: ScrapeTarget) => Scraper;
  readonly onScrape: (target: ScrapeTarget, scrape: Scrape) => void;
}

/** Targets that answered at once the last time. */
const MAX_ACTIVE = 16;
/** Targets that did not, so that they wait for each other and for nobody else. */
const MAX_SLOW_ACTIVE = 8;
const SLOW_MS = 1_000;
/** Intervals until the next try, by failures in a row: two lost scrapes are bridged by the counts, so they are not waited for. */
const BACKOFF_INTERVALS = [1, 1, 1, 2, 4, 6];

interface Entry {
  readonly target: ScrapeTarget;
  readonly scraper: Scraper;
  /** Its place among those that were added. */
  readonly index: number;
  timer: NodeJS.Timeout | undefined;
  dueAtMs: number;
  failureCount: number;
  isSlow: boolean;
}

/** Scrapes a changing set of targets, each at its own time of the interval; who fails is asked less and less often. */
export class TargetPool {
  readonly #options: TargetPoolOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #lane = new Lane(MAX_ACTIVE);
  readonly #slowLane = new Lane(MAX_SLOW_ACTIVE);
  #addedCount = 0;

  constructor(options: TargetPoolOptions) {
    this.#options = options;
  }

  /** From now on these and no others; a target that stays keeps its place, unless its access or labels changed. */
  setTargets(targets: readonly ScrapeTarget[]): void {
    const wanted = new Map(targets.map((target) => [target.id, target]));
    for (const [id, entry] of this.#entries) {
      const target = wanted.get(id);
      if (target === undefined || JSON.stringify(target) !== JSON.stringify(entry.target)) this.#remove(id);
    }
    for (const target of targets) if (!this.#entries.has(target.id)) this.#add(target);
  }

  /** Scrapes everything that waits for its time now; what failed last time is asked as well. */
  hurry(): void {
    for (const entry of this.#entries.values()) {
      if (entry.timer === undefined) continue;
      clearTimeout(entry.timer);
      entry.dueAtMs = this.#options.nowMs();
      this.#due(entry);
    }
  }

  async close(): Promise<void> {
    for (const id of [...this.#entries.keys()]) this.#remove(id);
    await Promise.all([this.#lane.close(), this.#slowLane.close()]);
  }

  #add(target: ScrapeTarget): void {
    const { open, nowMs } = this.#options;
    const entry: Entry = {
      target,
      scraper: open(target),
      index: this.#addedCount,
      timer: undefined,
      dueAtMs: nowMs(),
      failureCount: 0,
      isSlow: false,
    };
    this.#addedCount += 1;
    this.#entries.set(target.id, entry);
    this.#queue(entry);
  }

  #remove(id: string): void {
    const entry = this.#entries.get(id);
    clearTimeout(entry?.timer);
    entry?.scraper.close();
    this.#entries.delete(id);
  }

  #due(entry: Entry): void {
    entry.timer = undefined;
    this.#queue(entry);
  }

  #queue(entry: Entry): void {
    const lane = entry.isSlow ? this.#slowLane : this.#lane;
    lane.run(() => this.#scrape(entry));
  }

  async #scrape(entry: Entry): Promise<void> {
    if (!this.#isWanted(entry)) return;
    const scrape = await entry.scraper.scrape();
    if (!this.#isWanted(entry)) return;
    const isDown = scrape.state === 'down';
    entry.failureCount = isDown ? entry.failureCount + 1 : 0;
    entry.isSlow = isDown || scrape.cost.durationMs > SLOW_MS;
    this.#options.onScrape(entry.target, scrape);
    this.#wait(entry);
  }

  /** A target that was taken away, or opened anew, while it waited or ran. */
  #isWanted(entry: Entry): boolean {
    return this.#entries.get(entry.target.id) === entry;
  }

  #wait(entry: Entry): void {
    const { nowMs } = this.#options;
    const intervalMs = this.#options.intervalMs();
    const phaseMs = spreadPhaseMs(entry.index, intervalMs);
    const intervals = BACKOFF_INTERVALS[entry.failureCount] ?? BACKOFF_INTERVALS.at(-1) ?? 1;
    const now = nowMs();
    // From the time that was due and not from now, because a timer may fire a moment early.
    const earliestMs = Math.max(entry.dueAtMs + (intervals - 1) * intervalMs, now);
    const past = Math.floor((earliestMs - phaseMs) / intervalMs);
    entry.dueAtMs = (past + 1) * intervalMs + phaseMs;
    entry.timer = setTimeout(() => this.#due(entry), entry.dueAtMs - now);
  }
}
