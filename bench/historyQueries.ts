import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deriveTableRows } from '#server/api/patterns/deriveTableRows.ts';
import { gatherPatterns } from '#server/api/patterns/gatherPatterns.ts';
import { openSqliteHistory, type SqliteHistory } from '#server/history/sqlite/openSqliteHistory.ts';
import { packPatternTable } from '#shared/patternTable/packPatternTable.ts';
import { MAX_SERIES_POINTS } from '#shared/series.ts';
import { compareSpan, type TimeSpan } from '#shared/timeRange.ts';
import { generatedPattern, generateHistory } from '#test/support/history/generateHistory.ts';

/** What the history costs, CPU of the event loop, with three weeks of 500 patterns. */
export interface HistoryReport {
  readonly patternCount: number;
  readonly days: number;
  /** Rows, sparklines and what is compared with, of all patterns over 7 days; each after a write, as on a live page. */
  readonly tableP95Ms: number;
  /** The same as the first question after a start. */
  readonly tableFirstMs: number;
  /** Curves of one pattern over 7 days, with what its steps hide. */
  readonly curvesP95Ms: number;
  /** Who counted what, of all patterns over 7 days. */
  readonly originsP95Ms: number;
  /** Recording a step of 10 s of all patterns. */
  readonly writeP50Ms: number;
  readonly writeP95Ms: number;
  /** The upkeep of a minute. */
  readonly upkeepP95Ms: number;
}

const TARGET = 'default';
const PATTERN_COUNT = 500;
const DAYS = 21;
const STEP_MS = 10_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const END_MS = Date.UTC(2026, 10, 22, 13, 30);
const SPARK_POINTS = 60;
const QUESTION_COUNT = 60;
const WRITE_COUNT = 180;

export async function measureHistory(): Promise<HistoryReport> {
  const directory = await mkdtemp(join(tmpdir(), 'cachescope-bench-'));
  const bench = new HistoryBench(directory);
  try {
    bench.fill();
    bench.reopen();
    const tableFirstMs = timed(() => bench.askTable());
    const [tables, curves, origins]: [number[], number[], number[]] = [[], [], []];
    for (let asked = 0; asked < QUESTION_COUNT; asked += 1) {
      bench.record(bench.nowMs + (WRITE_COUNT / QUESTION_COUNT) * STEP_MS, STEP_MS);
      tables.push(timed(() => bench.askTable()));
      curves.push(timed(() => bench.askCurves()));
      origins.push(timed(() => bench.askOrigins()));
    }
    return {
      patternCount: PATTERN_COUNT,
      days: DAYS,
      tableP95Ms: percentile(tables, 0.95),
      tableFirstMs,
      curvesP95Ms: percentile(curves, 0.95),
      originsP95Ms: percentile(origins, 0.95),
      writeP50Ms: percentile(bench.writesMs.slice(-WRITE_COUNT), 0.5),
      writeP95Ms: percentile(bench.writesMs.slice(-WRITE_COUNT), 0.95),
      upkeepP95Ms: percentile(bench.upkeepMs.slice(-WRITE_COUNT / 6), 0.95),
    };
  } finally {
    bench.close();
    await rm(directory, { recursive: true, force: true });
  }
}

class HistoryBench {
  readonly #directory: string;
  #history: SqliteHistory;
  nowMs = END_MS - DAYS * DAY_MS;
  readonly writesMs: number[] = [];
  readonly upkeepMs: number[] = [];

  constructor(directory: string) {
    this.#directory = directory;
    this.#history = this.#open();
  }

  /**
   * One step in each ten minutes of three weeks: the hours and days that are asked for are whole then, and finer steps, which
   * a range of 7 days does not touch, would take an hour to write.
   */
  fill(): void {
    this.record(END_MS, 10 * MINUTE_MS);
  }

  record(toMs: number, sparseStepMs: number): void {
    const steps = generateHistory({
      seed: 9_965,
      patternCount: PATTERN_COUNT,
      fromMs: this.nowMs,
      toMs,
      denseFromMs: END_MS,
      sparseStepMs,
    });
    for (const { stepAtMs, points } of steps) {
      this.nowMs = stepAtMs + STEP_MS;
      this.writesMs.push(timed(() => this.#history.recordTraffic(TARGET, stepAtMs, points)));
      const isUpkeep = this.nowMs % MINUTE_MS === 0 || sparseStepMs > MINUTE_MS;
      if (isUpkeep) this.upkeepMs.push(timed(() => this.#history.maintain(this.nowMs)));
    }
    this.nowMs = toMs;
  }

  reopen(): void {
    this.#history.close();
    this.#history = this.#open();
  }

  askTable(): void {
    const span = this.#week();
    const before = compareSpan(span, 'before');
    const snapshot = { targetId: TARGET, patterns: [] };
    const asked = { snapshot, history: this.#history, span, before, sparkPoints: SPARK_POINTS };
    const { patterns, sparkGrid } = gatherPatterns(asked);
    packPatternTable(deriveTableRows(patterns, null), { sparkGrid, probe: null });
  }

  askCurves(): void {
    const pattern = generatedPattern(Math.floor(this.nowMs / STEP_MS) % PATTERN_COUNT);
    this.#history.trafficSeries(TARGET, pattern, this.#week(), MAX_SERIES_POINTS);
    this.#history.trafficExtremes(TARGET, pattern, this.#week(), MAX_SERIES_POINTS);
  }

  askOrigins(): void {
    this.#history.trafficOrigins(TARGET, this.#week());
  }

  close(): void {
    this.#history.close();
  }

  #week(): TimeSpan {
    return { fromMs: this.nowMs - 7 * DAY_MS, toMs: this.nowMs };
  }

  #open(): SqliteHistory {
    return openSqliteHistory({ directory: this.#directory, clock: () => this.nowMs, log: () => {} });
  }
}

/** CPU time of this thread, ms: what the event loop loses on a machine of its own, whoever else is on this one. */
function timed(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

/** The smallest value that at least `share` of them do not exceed. */
function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
