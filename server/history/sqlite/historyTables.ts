import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Mark, markKinds } from '#shared/series.ts';
import type { TargetId } from '#shared/target.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import { isInTotals } from '#shared/traffic/trafficSource.ts';
import {
  HISTORY_STEP_MS,
  type NodeMetric,
  type NodePoint,
  type SampleMetric,
  type SamplePoint,
  type TrafficMetric,
  type TrafficPoint,
} from '../historyStore.ts';
import { BREAKERS_KEPT_MS, BreakerStretches } from './breakers/breakerStretches.ts';
import { ExtremeHours } from './extremes/extremeHours.ts';
import {
  type Column,
  MARKS_KEPT_MS,
  nodeFamily,
  ORIGINS_KEPT_MS,
  sampleFamily,
  totalFamily,
  trafficFamily,
} from './historySchema.ts';
import { InvalidationTables } from './invalidations/invalidationTables.ts';
import { LevelTables, type NewRow } from './levelTables.ts';
import { OriginTables } from './origins/originTables.ts';
import { SeriesNames } from './seriesNames.ts';
import { TtlHours } from './ttl/ttlHours.ts';

/** More marks than a chart can show; the newest are kept. */
const MOST_MARKS = 1_000;

/** Rows deleted at once from each table. Measured: 20 ms on two shared cores; a minute adds a quarter of it. */
const EXPIRED_ROWS_AT_ONCE = 8_000;

/** Everything that is written in the file. Methods that write belong inside `transaction`. */
export class HistoryTables {
  readonly traffic: LevelTables<TrafficMetric | 'coveredMs'>;
  readonly total: LevelTables<TrafficMetric | 'coveredMs'>;
  readonly node: LevelTables<NodeMetric | 'coveredMs'>;
  readonly sample: LevelTables<SampleMetric>;
  readonly extremes: ExtremeHours;
  readonly origins: OriginTables;
  readonly ttl: TtlHours;
  readonly breakers: BreakerStretches;
  readonly invalidations: InvalidationTables;
  readonly names: SeriesNames;
  readonly #db: DatabaseSync;
  readonly #addMark: StatementSync;
  readonly #readMarks: StatementSync;
  readonly #expireMarks: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.traffic = new LevelTables(db, trafficFamily);
    this.total = new LevelTables(db, totalFamily);
    this.node = new LevelTables(db, nodeFamily);
    this.sample = new LevelTables(db, sampleFamily);
    this.extremes = new ExtremeHours(db);
    this.names = new SeriesNames(db);
    this.origins = new OriginTables(db, this.names);
    this.ttl = new TtlHours(db, this.names);
    this.breakers = new BreakerStretches(db, this.names);
    this.invalidations = new InvalidationTables(db, this.names);
    this.#addMark = db.prepare(
      'INSERT INTO mark (target_id, at_ms, kind, text, audit_sequence) VALUES (?, ?, ?, ?, ?)',
    );
    this.#readMarks = db.prepare(
      `SELECT at_ms, kind, text, audit_sequence FROM mark WHERE target_id = ? AND at_ms >= ? AND at_ms < ?
       ORDER BY at_ms DESC, id DESC LIMIT ${MOST_MARKS}`,
    );
    this.#expireMarks = db.prepare('DELETE FROM mark WHERE at_ms < ?');
  }

  /** All of `work`, or nothing of it. */
  transaction(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      // SQLite may have rolled back by itself, as it does on a full disk.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      this.names.reload();
      this.origins.forget();
      throw error;
    }
  }

  addTraffic(targetId: TargetId, stepAtMs: number, points: readonly TrafficPoint[]): void {
    const cover = firstTimeIn(this.traffic, stepAtMs);
    const rows = points.map((point) => {
      const seriesId = this.names.idOf({ targetId, kind: 'pattern', name: point.pattern }, stepAtMs);
      const values = valuesOf({ ...point, coveredMs: cover(seriesId) }, trafficFamily.columns);
      return { seriesId, values, isInTotals: isInTotals(point) };
    });
    // The second scrape of a step has nothing to add to an idle pattern.
    this.traffic.add(
      stepAtMs,
      rows.filter((row) => row.values.some((value) => value !== 0)),
    );
    const inTotals = rows.filter((row) => row.isInTotals);
    if (inTotals.length === 0 && rows.length > 0) return;
    const seriesId = this.names.idOf({ targetId, kind: 'total', name: '' }, stepAtMs);
    const values = totalFamily.columns.map(({ metric }, index) =>
      metric === 'coveredMs'
        ? firstTimeIn(this.total, stepAtMs)(seriesId)
        : sumOf(inTotals.map((row) => row.values[index] ?? null)),
    );
    this.total.add(stepAtMs, [{ seriesId, values }]);
  }

  addNodes(targetId: TargetId, stepAtMs: number, points: readonly NodePoint[]): void {
    const cover = firstTimeIn(this.node, stepAtMs);
    const rows = points.map((point) => {
      const seriesId = this.names.idOf({ targetId, kind: 'node', name: point.nodeId }, stepAtMs);
      return { seriesId, values: valuesOf({ ...point, coveredMs: cover(seriesId) }, nodeFamily.columns) };
    });
    this.node.add(stepAtMs, rows);
  }

  addSample(targetId: TargetId, minuteAtMs: number, points: readonly SamplePoint[]): void {
    const rows: NewRow[] = points.map((point) => ({
      seriesId: this.names.idOf({ targetId, kind: 'sample', name: point.pattern }, minuteAtMs),
      values: valuesOf(point, sampleFamily.columns),
    }));
    this.sample.add(minuteAtMs, rows);
  }

  addMark(targetId: TargetId, mark: Mark): void {
    const { atMs, kind, text, auditSequence = null } = mark;
    this.#addMark.run(targetId, Math.round(atMs), kind, text, auditSequence);
  }

  /** Oldest first. */
  readMarks(targetId: TargetId, span: TimeSpan): readonly Mark[] {
    const rows = this.#readMarks.all(targetId, Math.round(span.fromMs), Math.round(span.toMs));
    return rows.reverse().flatMap(({ at_ms: atMs, kind, text, audit_sequence: auditSequence }) => {
      if (typeof atMs !== 'number' || typeof text !== 'string' || !isMarkKind(kind)) return [];
      return [{ atMs, kind, text, ...(typeof auditSequence === 'number' ? { auditSequence } : {}) }];
    });
  }

  /** Deletes a bounded part of what is past its retention; the rest follows in later calls. */
  expire(nowMs: number): void {
    this.extremes.expire(nowMs);
    this.origins.expire(nowMs, EXPIRED_ROWS_AT_ONCE);
    this.ttl.expire(nowMs);
    this.breakers.expire(nowMs);
    this.invalidations.expire(nowMs, EXPIRED_ROWS_AT_ONCE);
    for (const tables of [this.traffic, this.total, this.node, this.sample]) {
      tables.expire(nowMs, EXPIRED_ROWS_AT_ONCE);
    }
    this.#expireMarks.run(Math.floor(nowMs - MARKS_KEPT_MS));
    this.names.forgetBefore(nowMs - MARKS_KEPT_MS);
    this.names.forgetBefore(nowMs - ORIGINS_KEPT_MS, ['origin']);
    this.names.forgetBefore(nowMs - BREAKERS_KEPT_MS, ['breaker']);
  }

  close(): void {
    this.#db.close();
  }
}

/** The time that a row adds to what is covered: a series covers its step once, however often it is named. */
function firstTimeIn(tables: LevelTables<string>, stepAtMs: number): (seriesId: number) => number {
  const covered = new Set(tables.seriesAt(stepAtMs));
  return (seriesId) => {
    if (covered.has(seriesId)) return 0;
    covered.add(seriesId);
    return HISTORY_STEP_MS;
  };
}

function valuesOf<Metric extends string>(
  point: Readonly<Record<Metric, number | null>>,
  columns: readonly Column<Metric>[],
): (number | null)[] {
  return columns.map((column) => point[column.metric]);
}

/** A sum over nothing is zero; over values that are all unknown it is unknown. */
function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null && Number.isFinite(value) && value >= 0);
  if (known.length === 0 && values.length > 0) return null;
  return known.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

function isMarkKind(kind: unknown): kind is Mark['kind'] {
  return markKinds.some((known) => known === kind);
}
