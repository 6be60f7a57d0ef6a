import type { ScrapeFault } from '#shared/scrape/scrapeFault.ts';
import { type ParsedSeries, parseSeries } from '../../expositionLine.ts';
import type { MetricSample } from '../../expositionReader.ts';
import type { PageProblem } from '../../pageProblem.ts';

interface SeriesLimits {
  /** Series of one page. */
  readonly maxSeries: number;
  /** Characters of their names and labels. */
  readonly maxCharacters: number;
}

/** A service with more has a label without bounds, which is a fault of its own. */
const DEFAULT_SERIES_LIMITS: SeriesLimits = { maxSeries: 10_000, maxCharacters: 4 * 1024 * 1024 };

/** One page in this many that jumps is a restart or a deployment; three are a habit. */
const JUDGED_PAGES = 6;
const HABIT_COUNT = 3;
/** A page where most series are new is a jump; below this many series chance alone can do it. */
const NEW_RATIO = 0.5;
const MIN_CHANGED_SERIES = 50;
const MAX_COUNTER_NAMES = 1_000;

interface Remembered {
  readonly series: ParsedSeries;
  readonly isCounter: boolean;
  value: number;
  page: number;
}

/** What a page is found to be when it is compared with those before. */
interface PageVerdict {
  readonly samples: readonly MetricSample[];
  /** Null = nothing is wrong. */
  readonly problem: PageProblem | null;
  /** True when its figures must be left out. */
  readonly isRefused: boolean;
}

/**
 * Remembers the series of a target's last page, so that names and labels are parsed once and not at every scrape, and so
 * that a page can be told from a lie: series that change with every page, counters that keep falling, values that no
 * counter has. Holds the series of one page and no more.
 */
export class SeriesMemory {
  readonly #limits: SeriesLimits;
  readonly #known = new Map<string, Remembered>();
  readonly #counterNames = new Set<string>();
  readonly #changed: boolean[] = [];
  readonly #fell: boolean[] = [];
  #page = 0;
  #samples: MetricSample[] = [];
  #characterCount = 0;
  #newCount = 0;
  #fellCount = 0;
  #badCount = 0;
  #duplicateCount = 0;
  #isCut = false;

  constructor(limits: SeriesLimits = DEFAULT_SERIES_LIMITS) {
    this.#limits = limits;
  }

  /** Series of the page that is being read or was read last. */
  get keptCount(): number {
    return this.#samples.length;
  }

  begin(): void {
    this.#page += 1;
    this.#samples = [];
    this.#characterCount = 0;
    this.#newCount = 0;
    this.#fellCount = 0;
    this.#badCount = 0;
    this.#duplicateCount = 0;
    this.#isCut = false;
  }

  takeType(name: string, type: string): void {
    if (type === 'counter' && this.#counterNames.size < MAX_COUNTER_NAMES) this.#counterNames.add(name);
  }

  take(seriesText: string, value: number): 'taken' | 'malformed' | 'stop' {
    const known = this.#known.get(seriesText) ?? this.#meet(seriesText);
    if (known === null) return 'malformed';
    if (known.page === this.#page) {
      this.#duplicateCount += 1;
      return 'taken';
    }
    known.page = this.#page;
    if (known.isCounter && !(value >= 0 && Number.isFinite(value))) {
      this.#badCount += 1;
      return 'taken';
    }
    if (known.isCounter && value < known.value) this.#fellCount += 1;
    known.value = value;
    this.#samples.push({ name: known.series.name, labels: known.series.labels, value });
    this.#characterCount += seriesText.length;
    const { maxSeries, maxCharacters } = this.#limits;
    this.#isCut = this.#samples.length > maxSeries || this.#characterCount > maxCharacters;
    return this.#isCut ? 'stop' : 'taken';
  }

  /** Judges the page that was read to its end. */
  end(): PageVerdict {
    const isFirst = this.#known.size === this.#newCount;
    this.#forgetUnseen();
    if (this.#isCut) {
      this.clear();
      return refuse('tooManySeries', this.#cutText());
    }
    const isChanged =
      !isFirst && this.#newCount >= MIN_CHANGED_SERIES && this.#newCount > this.#samples.length * NEW_RATIO;
    remember(this.#changed, isChanged);
    remember(this.#fell, this.#fellCount > 0);
    if (isHabit(this.#changed)) {
      return refuse(
        'seriesChange',
        `Most of its ${this.#samples.length} series are new at each reading: a label holds something that never repeats.`,
      );
    }
    if (isHabit(this.#fell)) {
      return refuse(
        'countersFall',
        `Its counters fell in ${this.#fell.filter(Boolean).length} of the last ${this.#fell.length} readings: it restarts over and over, or several processes answer at this address.`,
      );
    }
    return { samples: this.#samples, problem: this.#valueProblem(), isRefused: false };
  }

  /** Forgets all series, after a page that was not read to its end. */
  clear(): void {
    this.#known.clear();
    this.#counterNames.clear();
  }

  #meet(seriesText: string): Remembered | null {
    const series = parseSeries(seriesText);
    if (series === null) return null;
    const isCounter = this.#counterNames.has(series.name) || /_(total|count|sum|bucket)$/.test(series.name);
    const met = { series, isCounter, value: Number.NEGATIVE_INFINITY, page: 0 };
    // A text may be a slice that keeps the whole line in memory; this key is a copy of its own.
    this.#known.set(Buffer.from(seriesText).toString(), met);
    this.#newCount += 1;
    return met;
  }

  #forgetUnseen(): void {
    for (const [text, { page }] of this.#known) if (page !== this.#page) this.#known.delete(text);
  }

  #cutText(): string {
    const { maxSeries, maxCharacters } = this.#limits;
    return this.#samples.length > maxSeries
      ? `It has more than ${maxSeries} series of caches: a label has no bounds.`
      : `Names and labels of its series are longer than ${maxCharacters} characters together.`;
  }

  #valueProblem(): PageProblem | null {
    const bad = this.#badCount;
    if (bad > 0) {
      const are = bad === 1 ? '1 counter is' : `${bad} counters are`;
      return { fault: 'badValues', text: `${are} negative or not a number, and left out.` };
    }
    const twice = this.#duplicateCount;
    if (twice === 0) return null;
    const stand = twice === 1 ? '1 series stands' : `${twice} series stand`;
    return { fault: 'duplicateSeries', text: `${stand} on the page more than once; the first is taken.` };
  }
}

function refuse(fault: ScrapeFault, text: string): PageVerdict {
  return { samples: [], problem: { fault, text }, isRefused: true };
}

function remember(flags: boolean[], flag: boolean): void {
  flags.push(flag);
  if (flags.length > JUDGED_PAGES) flags.shift();
}

function isHabit(flags: readonly boolean[]): boolean {
  return flags.filter(Boolean).length >= HABIT_COUNT;
}
