import type { FileHandle } from 'node:fs/promises';
import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import {
  type AuditFilter,
  type AuditFindings,
  type AuditQuery,
  matchesAudit,
  outcomeStart,
} from '#shared/audit/auditFilter.ts';
import { quoteAuditText } from '#shared/audit/auditLine.ts';
import { parseEntryLine } from './auditChain.ts';
import { type AuditLine, findFirstLine, readLinesBackward, readLinesForward } from './readAuditLines.ts';

/** The part of a file that is searched. */
export interface SearchedLog {
  readonly file: FileHandle;
  /** A line's end. */
  readonly endByte: number;
  /** Bytes that entries start at, by sequence: those that answers ended with, so that the next page need not look for it. */
  readonly starts: Map<number, number>;
}

const MOST_STARTS = 64;

export interface SearchLimits {
  /** Bytes of the log that are read for one answer. Ours: a third of a second, of a log of 700 bytes an entry 370,000 entries. */
  readonly searchedBytes: number;
  /** Bytes of entries in one answer; at least one entry is in it. */
  readonly answerBytes: number;
}

export const SEARCH_LIMITS: SearchLimits = { searchedBytes: 256 * 1024 * 1024, answerBytes: 1024 * 1024 };

export const NO_LIMITS: SearchLimits = {
  searchedBytes: Number.POSITIVE_INFINITY,
  answerBytes: Number.POSITIVE_INFINITY,
};

/** How far the clock of the server may have been set back without an entry being missed by its time. */
const CLOCK_SLACK_MS = 86_400_000;

/**
 * Entries that match, read from the nearest place that their sequence or time tells, line by line until there are
 * enough. Lines that cannot match by their text are not parsed; edited ones are not shown as if they were true.
 */
export async function searchAuditLog(
  log: SearchedLog,
  query: AuditQuery,
  limits: SearchLimits = SEARCH_LIMITS,
): Promise<AuditFindings> {
  const search = new Search(query, limits);
  if (query.limit <= 0) return { entries: [], searchedTo: null, isComplete: false };
  const start = await search.startByte(log);
  const chunks =
    query.order === 'newestFirst'
      ? readLinesBackward(log.file, start)
      : readLinesForward(log.file, { startByte: start, endByte: log.endByte });
  for await (const lines of chunks) {
    for (const line of lines) {
      const isOver = search.take(line);
      if (isOver === null) continue;
      search.remember(log);
      return search.findings(isOver === 'complete' || isAtEnd(line, log, query));
    }
  }
  return search.findings(true);
}

function isAtEnd({ startByte, endByte }: AuditLine, log: SearchedLog, { order }: AuditQuery): boolean {
  return order === 'newestFirst' ? startByte === 0 : endByte >= log.endByte;
}

class Search {
  readonly #query: AuditQuery;
  readonly #limits: SearchLimits;
  readonly #mayMatch: (text: string) => boolean;
  readonly #entries: AuditEntry[] = [];
  #answerBytes = 0;
  #searchedBytes = 0;
  #searchedTo: number | null = null;
  #searchedToStart = 0;

  constructor(query: AuditQuery, limits: SearchLimits) {
    this.#query = query;
    this.#limits = limits;
    this.#mayMatch = textTest(query.filter);
  }

  /** Where reading begins: the end of the newest line that is wanted, or the start of the oldest. */
  async startByte({ file, endByte, starts }: SearchedLog): Promise<number> {
    const { order, after, filter } = this.#query;
    const known = after === undefined ? undefined : starts.get(after);
    if (known !== undefined) return known;
    if (order === 'newestFirst') {
      const latestMs =
        filter.untilMs === undefined ? Number.POSITIVE_INFINITY : filter.untilMs + CLOCK_SLACK_MS;
      const before = after ?? Number.POSITIVE_INFINITY;
      if (latestMs === Number.POSITIVE_INFINITY && before === Number.POSITIVE_INFINITY) return endByte;
      // A line that tells neither is passed over below.
      return findFirstLine(
        file,
        endByte,
        (text) => (sequenceOf(text) ?? 0) >= before || (atMsOf(text) ?? 0) > latestMs,
      );
    }
    const sinceMs = filter.sinceMs === undefined ? 0 : filter.sinceMs - CLOCK_SLACK_MS;
    const past = after ?? 0;
    if (sinceMs <= 0 && past <= 0) return 0;
    return findFirstLine(
      file,
      endByte,
      (text) => (sequenceOf(text) ?? Number.POSITIVE_INFINITY) > past && (atMsOf(text) ?? sinceMs) >= sinceMs,
    );
  }

  /** Whether the search ends with this line: because nothing more can match, or because it is enough for one answer. */
  take({ text, startByte, endByte }: AuditLine): 'complete' | 'enough' | null {
    if (this.#isPastTime(text)) return 'complete';
    this.#searchedBytes += endByte - startByte;
    const sequence = sequenceOf(text);
    if (sequence !== null && !this.#isAhead(sequence)) return null;
    if (sequence !== null) {
      this.#searchedTo = sequence;
      this.#searchedToStart = startByte;
    }
    if (this.#mayMatch(text)) this.#add(text);
    const isEnough =
      this.#entries.length >= this.#query.limit ||
      this.#answerBytes >= this.#limits.answerBytes ||
      this.#searchedBytes >= this.#limits.searchedBytes;
    return isEnough ? 'enough' : null;
  }

  remember({ starts }: SearchedLog): void {
    if (this.#searchedTo === null) return;
    starts.set(this.#searchedTo, this.#searchedToStart);
    const [oldest] = starts.keys();
    if (starts.size > MOST_STARTS && oldest !== undefined) starts.delete(oldest);
  }

  findings(isComplete: boolean): AuditFindings {
    return { entries: this.#entries, searchedTo: this.#searchedTo, isComplete };
  }

  #add(text: string): void {
    const entry = parseEntryLine(text);
    if (typeof entry === 'string' || !matchesAudit(entry, this.#query.filter)) return;
    this.#entries.push(entry);
    this.#answerBytes += text.length;
  }

  #isAhead(sequence: number): boolean {
    const { order, after } = this.#query;
    if (after === undefined) return true;
    return order === 'newestFirst' ? sequence < after : sequence > after;
  }

  #isPastTime(text: string): boolean {
    const { order, filter } = this.#query;
    const atMs = atMsOf(text);
    if (atMs === null) return false;
    if (order === 'newestFirst') {
      return filter.sinceMs !== undefined && atMs < filter.sinceMs - CLOCK_SLACK_MS;
    }
    return filter.untilMs !== undefined && atMs > filter.untilMs + CLOCK_SLACK_MS;
  }
}

/** Quotes inside of texts are escaped, so that these words stand for the fields only. */
const SEQUENCE = /"sequence":(\d+)/;
const AT_MS = /"atMs":(\d+)/;

function sequenceOf(text: string): number | null {
  const match = SEQUENCE.exec(text);
  return match === null ? null : Number(match[1]);
}

function atMsOf(text: string): number | null {
  const match = AT_MS.exec(text);
  return match === null ? null : Number(match[1]);
}

/** Whether a line can hold an entry that matches, without parsing it. */
function textTest({ actor, action, phase, state, planId, text }: AuditFilter): (line: string) => boolean {
  const fields = Object.entries({ actor, action, phase, planId })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `"${name}":${quoteAuditText(value ?? '')}`);
  if (state !== undefined) fields.push(`"outcome":"${quoteAuditText(outcomeStart(state)).slice(1, -1)}`);
  const part = text === undefined ? null : quoteAuditText(text).slice(1, -1).toLowerCase();
  return (line) =>
    fields.every((field) => line.includes(field)) && (part === null || line.toLowerCase().includes(part));
}
