import { isUtf8 } from 'node:buffer';
import { endOfSeries, isMetricName, type ParsedSeries, parseSeries, parseValue } from './expositionLine.ts';

/** One line of a metrics page. */
export interface MetricSample extends ParsedSeries {
  readonly value: number;
}

/** What a page held, however much of it was kept. */
export interface PageCounts {
  lineCount: number;
  /** Series read, kept or not. */
  seriesCount: number;
  malformedCount: number;
  /** Line number of the first malformed line; 0 = none. */
  firstMalformed: number;
  /** Lines longer than the limit, left out. */
  longCount: number;
  invalidUtf8Count: number;
}

/**
 * Takes each wanted series as it is read; the text before the value holds name and labels, see `parseSeries`. `stop` = read
 * no further.
 */
export type TakeSeries = (seriesText: string, value: number) => 'taken' | 'malformed' | 'stop';

export interface ExpositionReaderOptions {
  /** Whether any reader wants the metric of this name; all others cost no more than their name. */
  readonly isWanted: (metricName: string) => boolean;
  readonly take: TakeSeries;
  /** Called for a wanted name whose `# TYPE` the page tells. */
  readonly takeType?: (metricName: string, type: string) => void;
}

/** Longest line, bytes. A series of more is of no use to anybody, and a name of 1 MB is an attack. */
export const MAX_LINE_BYTES = 16_384;
/** Names whose verdict is remembered; a page has a few hundred. */
const MAX_KNOWN_NAMES = 5_000;

const NEWLINE = 0x0a;
const TAB = 0x09;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const HASH = 0x23;
const BRACE = 0x7b;
const NOTHING = Buffer.alloc(0);

/**
 * Reads a metrics page as it arrives: the Prometheus text format 0.0.4 and OpenMetrics 1.0, quoted names of Prometheus 3
 * included. It holds one unfinished line and no more. Comments, timestamps and exemplars are skipped. Lines that cannot be
 * read are counted and left out; nothing throws. Source: prometheus.io/docs/instrumenting/exposition_formats, OpenMetrics
 * 1.0 section "ABNF".
 */
export class ExpositionReader {
  readonly counts: PageCounts = {
    lineCount: 0,
    seriesCount: 0,
    malformedCount: 0,
    firstMalformed: 0,
    longCount: 0,
    invalidUtf8Count: 0,
  };
  readonly #options: ExpositionReaderOptions;
  readonly #verdicts = new Map<string, 'wanted' | 'unwanted' | 'malformed'>();
  #rest: Buffer = NOTHING;
  #isInLongLine = false;
  #isStopped = false;

  constructor(options: ExpositionReaderOptions) {
    this.#options = options;
  }

  /** False once `take` asked to stop; what comes after is ignored. */
  write(chunk: Buffer): boolean {
    let start = 0;
    while (!this.#isStopped) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end < 0) break;
      this.#endLine(chunk.subarray(start, end));
      start = end + 1;
    }
    this.#keepRest(chunk.subarray(start));
    return !this.#isStopped;
  }

  /** Reads what stands after the last line break. */
  end(): void {
    if (!this.#isStopped && (this.#rest.length > 0 || this.#isInLongLine)) this.#endLine(NOTHING);
  }

  #keepRest(rest: Buffer): void {
    if (this.#isStopped || this.#isInLongLine || rest.length === 0) return;
    if (this.#rest.length + rest.length > MAX_LINE_BYTES) {
      this.#isInLongLine = true;
      this.#rest = NOTHING;
      return;
    }
    // A copy, because the chunk's memory may be used again.
    this.#rest = Buffer.concat([this.#rest, rest]);
  }

  #endLine(tail: Buffer): void {
    const line = this.#rest.length === 0 ? tail : Buffer.concat([this.#rest, tail]);
    const isLong = this.#isInLongLine || line.length > MAX_LINE_BYTES;
    this.#rest = NOTHING;
    this.#isInLongLine = false;
    this.counts.lineCount += 1;
    if (isLong) this.counts.longCount += 1;
    else this.#readLine(line);
  }

  #readLine(line: Buffer): void {
    let start = 0;
    while (isBlank(line[start])) start += 1;
    const first = line[start];
    if (first === undefined) return;
    if (first === HASH) {
      this.#readComment(line);
      return;
    }
    if (first !== BRACE) {
      let end = start + 1;
      while (end < line.length && line[end] !== BRACE && !isBlank(line[end])) end += 1;
      const verdict = this.#verdictOf(line.toString('latin1', start, end));
      if (verdict === 'malformed') this.#markMalformed();
      if (verdict === 'unwanted') this.counts.seriesCount += 1;
      if (verdict !== 'wanted') return;
    }
    this.#readSeries(line);
  }

  #readSeries(line: Buffer): void {
    if (!isUtf8(line)) {
      this.counts.invalidUtf8Count += 1;
      return;
    }
    const outcome = this.#takeSeries(line.toString('utf8').trim());
    if (outcome === 'malformed') this.#markMalformed();
    else this.counts.seriesCount += 1;
    if (outcome === 'stop') this.#isStopped = true;
  }

  #takeSeries(text: string): 'taken' | 'malformed' | 'stop' {
    const end = endOfSeries(text);
    const value = end === null ? null : parseValue(text.slice(end));
    if (end === null || value === null) return 'malformed';
    const seriesText = text.slice(0, end);
    if (seriesText.startsWith('{')) {
      const series = parseSeries(seriesText);
      if (series === null) return 'malformed';
      if (!this.#options.isWanted(series.name)) return 'taken';
    }
    return this.#options.take(seriesText, value);
  }

  /** `# TYPE name type`; every other comment is skipped. */
  #readComment(line: Buffer): void {
    if (this.#options.takeType === undefined || line.toString('latin1', 0, 7) !== '# TYPE ') return;
    const [name = '', type = ''] = line.toString('latin1', 7).trim().split(' ', 2);
    this.#options.takeType(name, type);
  }

  #verdictOf(name: string): 'wanted' | 'unwanted' | 'malformed' {
    const known = this.#verdicts.get(name);
    if (known !== undefined) return known;
    if (this.#verdicts.size >= MAX_KNOWN_NAMES) this.#verdicts.clear();
    const valid = this.#options.isWanted(name) ? 'wanted' : 'unwanted';
    const verdict = isMetricName(name) ? valid : 'malformed';
    this.#verdicts.set(name, verdict);
    return verdict;
  }

  #markMalformed(): void {
    this.counts.malformedCount += 1;
    if (this.counts.firstMalformed === 0) this.counts.firstMalformed = this.counts.lineCount;
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN;
}
