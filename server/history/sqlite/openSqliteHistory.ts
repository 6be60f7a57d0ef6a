import { join } from 'node:path';
import type { Mark, Series } from '#shared/series.ts';
import type { TargetId } from '#shared/target.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import type {
  CoveredSeries,
  HistoryState,
  HistoryStore,
  NodeMetric,
  NodePoint,
  SampleMetric,
  SamplePoint,
  TrafficMetric,
  TrafficPoint,
  TrafficTotals,
} from '../historyStore.ts';
import { chooseGrid } from './chooseGrid.ts';
import { coverSpan } from './coverSpan.ts';
import {
  type ReadBounds,
  readNodeSeries,
  readSampleSeries,
  readSparklines,
  readTrafficSeries,
  readTrafficTotals,
  type Sparklines,
} from './historyReader.ts';
import { type Family, nodeFamily, sampleFamily, trafficFamily } from './historySchema.ts';
import { HistoryTables } from './historyTables.ts';
import { LookupColumns } from './lookupColumns.ts';
import { openHistoryDatabase } from './openHistoryDatabase.ts';
import { RecentAnswers } from './recentAnswers.ts';
import { sqliteFault } from './sqliteFault.ts';

export interface SqliteHistoryOptions {
  /** The data directory, which exists and is ours alone (openDataDirectory). */
  readonly directory: string;
  /** Epoch ms. */
  readonly clock: () => number;
  /** Takes one line for an operator. */
  readonly log: (line: string) => void;
  /** The file stops growing there, and history with it, as on a full disk. Default: as the disk allows. */
  readonly maxFileBytes?: number;
}

export interface SqliteHistory extends HistoryStore {
  /** What the page should say once about the past of the file, such as that a damaged one was set aside. Null = nothing. */
  notice(): string | null;
}

/** How long a store that could not write waits before it tries again. */
const RETRY_AFTER_MS = 60_000;

/**
 * The history in one SQLite file, `history.sqlite`. Never throws, neither here nor later: what cannot be opened or
 * written is stopped, says why in `state()`, and is tried again about every minute by the next write.
 */
export function openSqliteHistory(options: SqliteHistoryOptions): SqliteHistory {
  const history = new SqliteHistoryStore(options);
  history.maintain(options.clock());
  return history;
}

class SqliteHistoryStore implements SqliteHistory {
  readonly #options: SqliteHistoryOptions;
  readonly #path: string;
  readonly #answers = new RecentAnswers();
  readonly #columns = new LookupColumns();
  #tables: HistoryTables | null = null;
  #stopped: { readonly detail: string; readonly atMs: number } | null = null;
  #isDamaged = false;
  #notice: string | null = null;
  #isClosed = false;

  constructor(options: SqliteHistoryOptions) {
    this.#options = options;
    this.#path = join(options.directory, 'history.sqlite');
  }

  state(): HistoryState {
    if (this.#stopped === null) return { state: 'recording', detail: '' };
    return { state: 'stopped', detail: this.#stopped.detail };
  }

  notice(): string | null {
    return this.#notice;
  }

  recordTraffic(targetId: TargetId, stepAtMs: number, points: readonly TrafficPoint[]): void {
    this.#write((tables) => tables.addTraffic(targetId, stepAtMs, points));
    this.#answers.clear();
    this.#columns.forget(stepAtMs);
  }

  recordNodes(targetId: TargetId, stepAtMs: number, points: readonly NodePoint[]): void {
    this.#write((tables) => tables.addNodes(targetId, stepAtMs, points));
  }

  recordSample(targetId: TargetId, minuteAtMs: number, points: readonly SamplePoint[]): void {
    this.#write((tables) => tables.addSample(targetId, minuteAtMs, points));
  }

  recordMark(targetId: TargetId, mark: Mark): void {
    this.#write((tables) => tables.addMark(targetId, mark));
  }

  maintain(nowMs: number): void {
    this.#write((tables) => tables.expire(nowMs));
  }

  trafficTotals(targetId: TargetId, span: TimeSpan): ReadonlyMap<string, TrafficTotals> {
    const segments = coverSpan({ span, nowMs: this.#options.clock(), levels: trafficFamily.levels });
    // The bounds after rounding, so that viewers of "the last hour" share an answer until the next step.
    const bounds = segments.flatMap(({ level, fromMs, toMs }) => [level.name, fromMs, toMs]);
    return this.#read<ReadonlyMap<string, TrafficTotals>>((tables) =>
      tables === null
        ? new Map()
        : this.#answers.totals([targetId, ...bounds], () => readTrafficTotals(tables, targetId, segments)),
    );
  }

  trafficSeries(
    ...[targetId, pattern, span, maxPoints]: Parameters<HistoryStore['trafficSeries']>
  ): CoveredSeries<TrafficMetric> {
    const bounds = this.#bounds(trafficFamily, span, maxPoints);
    return this.#read((tables) => readTrafficSeries(tables, { targetId, pattern }, bounds));
  }

  sparklines(targetId: TargetId, span: TimeSpan, maxPoints: number): Sparklines {
    const bounds = this.#bounds(trafficFamily, span, maxPoints);
    const { fromMs, stepMs, count } = bounds.grid;
    return this.#read<Sparklines>((tables) =>
      tables === null
        ? new Map()
        : this.#answers.sparklines([targetId, fromMs, stepMs, count], () =>
            readSparklines(tables, { targetId, columns: this.#columns }, bounds),
          ),
    );
  }

  nodeSeries(
    ...[targetId, nodeId, span, maxPoints]: Parameters<HistoryStore['nodeSeries']>
  ): CoveredSeries<NodeMetric> {
    const bounds = this.#bounds(nodeFamily, span, maxPoints);
    return this.#read((tables) => readNodeSeries(tables, { targetId, nodeId }, bounds));
  }

  sampleSeries(
    ...[targetId, pattern, span, maxPoints]: Parameters<HistoryStore['sampleSeries']>
  ): Readonly<Record<SampleMetric, Series>> {
    const bounds = this.#bounds(sampleFamily, span, maxPoints);
    return this.#read((tables) => readSampleSeries(tables, { targetId, pattern }, bounds));
  }

  marks(targetId: TargetId, span: TimeSpan): readonly Mark[] {
    return this.#read((tables) => tables?.readMarks(targetId, span) ?? []);
  }

  close(): void {
    this.#isClosed = true;
    this.#tables?.close();
    this.#tables = null;
  }

  #bounds(family: Pick<Family<string>, 'levels'>, span: TimeSpan, maxPoints: number): ReadBounds {
    const nowMs = this.#options.clock();
    return { nowMs, grid: chooseGrid({ span, maxPoints, nowMs, levels: family.levels }) };
  }

  #write(work: (tables: HistoryTables) => void): void {
    if (this.#isClosed || this.#isWaiting()) return;
    try {
      const tables = this.#open();
      if (tables === null) return;
      tables.transaction(() => work(tables));
      if (this.#stopped !== null) this.#options.log('History is recorded again.');
      this.#stopped = null;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Reads see what is there; what cannot be read is a gap, and the state says why. */
  #read<T>(work: (tables: HistoryTables | null) => T): T {
    try {
      return work(this.#tables);
    } catch (error) {
      this.#fail(error);
      return work(null);
    }
  }

  #open(): HistoryTables | null {
    if (this.#tables !== null) return this.#tables;
    const opening = openHistoryDatabase({
      path: this.#path,
      nowMs: this.#options.clock(),
      isKnownDamaged: this.#isDamaged,
      maxFileBytes: this.#options.maxFileBytes ?? null,
    });
    if (opening.state === 'refused') {
      this.#stop(opening.detail);
      return null;
    }
    this.#isDamaged = false;
    this.#tables = new HistoryTables(opening.db);
    if (opening.setAside !== null) {
      this.#notice = `The history was damaged. It was set aside as ${opening.setAside}, and a new one was started.`;
      this.#options.log(this.#notice);
    }
    return this.#tables;
  }

  #fail(error: unknown): void {
    const fault = sqliteFault(error, this.#path);
    if (fault.kind === 'damaged') {
      this.#isDamaged = true;
      this.#answers.clear();
      this.#columns.clear();
      this.#closeDamaged();
    }
    this.#stop(fault.detail);
  }

  #closeDamaged(): void {
    try {
      this.#tables?.close();
    } catch {
      // A damaged file may not even close cleanly; it is given up either way.
    }
    this.#tables = null;
  }

  #stop(detail: string): void {
    if (this.#stopped?.detail !== detail) this.#options.log(detail);
    this.#stopped = { detail, atMs: this.#options.clock() };
  }

  #isWaiting(): boolean {
    if (this.#stopped === null) return false;
    // The absolute value, so that a clock that was set back does not stop it for long.
    return Math.abs(this.#options.clock() - this.#stopped.atMs) < RETRY_AFTER_MS;
  }
}
