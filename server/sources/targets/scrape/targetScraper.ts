import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { ScrapeCost } from '#shared/snapshot.ts';
import { ExpositionReader } from '../../expositionReader.ts';
import { type PageProblem, pageProblem } from '../../pageProblem.ts';
import type { LookUpHost } from '../reach/openRequest.ts';
import type { ScrapeTarget } from '../scrapeTarget.ts';
import { describeFailure } from './describeFailure.ts';
import type { KeptBudget } from './keptBudget.ts';
import { requestPage } from './requestPage.ts';
import { type Scrape, ScrapeProblem } from './scrape.ts';
import { SeriesMemory } from './seriesMemory.ts';

export interface ScraperOptions {
  readonly target: ScrapeTarget;
  readonly nowMs: () => number;
  readonly elapsedMs: () => number;
  /** Whether any convention reads the metric of this name. */
  readonly isWanted: (metricName: string) => boolean;
  readonly budget: KeptBudget;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  readonly lookUpHost?: LookUpHost;
}

const DEFAULT_TIMEOUT_MS = 2_000;
const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;

/** Reads the page of one target again and again, over one connection. Costs Redis nothing. */
export class TargetScraper {
  readonly #options: ScraperOptions;
  readonly #agent: HttpAgent;
  readonly #memory = new SeriesMemory();
  readonly #closed = new AbortController();

  constructor(options: ScraperOptions) {
    this.#options = options;
    const kept = { keepAlive: true, maxSockets: 1 };
    this.#agent = options.target.url.startsWith('https:') ? new HttpsAgent(kept) : new HttpAgent(kept);
  }

  /** Never throws; takes at most the timeout and the bytes that the options say. */
  async scrape(): Promise<Scrape> {
    const { target, nowMs, elapsedMs, isWanted, lookUpHost } = this.#options;
    const { timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([timeout, this.#closed.signal]);
    const startedMs = elapsedMs();
    const memory = this.#memory;
    memory.begin();
    const reader = new ExpositionReader({
      isWanted,
      take: (text, value) => memory.take(text, value),
      takeType: (name, type) => {
        if (isWanted(name)) memory.takeType(name, type);
      },
    });
    let pageBytes = 0;
    const cost = (): ScrapeCost => ({
      durationMs: elapsedMs() - startedMs,
      pageBytes,
      seriesReadCount: reader.counts.seriesCount,
      seriesKeptCount: memory.keptCount,
    });
    const request = { target, agent: this.#agent, signal, maxBytes, ...(lookUpHost && { lookUpHost }) };
    try {
      await requestPage(request, (bytes) => {
        pageBytes += bytes.length;
        return reader.write(bytes);
      });
      reader.end();
      const { samples, problem } = this.#judge(reader);
      return {
        state: 'up',
        atMs: nowMs(),
        samples,
        fault: problem?.fault ?? null,
        problem: problem?.text ?? '',
        cost: cost(),
      };
    } catch (error) {
      if (!(error instanceof RefusedPage)) this.#forget();
      const { fault, text } = timeout.aborted
        ? { fault: 'timeout' as const, text: `It did not answer in full within ${timeoutMs / 1_000} s.` }
        : describeFailure(error, target);
      return { state: 'down', atMs: nowMs(), fault, detail: text, cost: cost() };
    }
  }

  close(): void {
    this.#closed.abort();
    this.#agent.destroy();
    this.#forget();
  }

  #judge(reader: ExpositionReader): {
    samples: Extract<Scrape, { state: 'up' }>['samples'];
    problem: PageProblem | null;
  } {
    const { counts } = reader;
    const verdict = this.#memory.end();
    if (verdict.problem !== null && verdict.isRefused) throw new RefusedPage(verdict.problem);
    if (this.#memory.keptCount === 0 && counts.malformedCount > counts.seriesCount) {
      throw new ScrapeProblem('notMetrics', 'It answers with a page that holds no metrics.');
    }
    if (!this.#options.budget.take(this, this.#memory.keptCount)) {
      throw new ScrapeProblem('budgetSpent', this.#options.budget.text);
    }
    const unread = pageProblem(counts);
    const found = [unread, verdict.problem].filter((problem) => problem !== null);
    const [first] = found;
    const problem =
      first === undefined ? null : { fault: first.fault, text: found.map(({ text }) => text).join(' ') };
    return { samples: verdict.samples, problem };
  }

  #forget(): void {
    this.#memory.clear();
    this.#options.budget.release(this);
  }
}

/** The page was read, remembered, and is not believed. */
class RefusedPage extends ScrapeProblem {
  constructor({ fault, text }: PageProblem) {
    super(fault, text);
  }
}
