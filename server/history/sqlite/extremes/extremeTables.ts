import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { TimeSpan } from '#shared/timeRange.ts';
import type { Extremes } from '../../historyStore.ts';
import type { Grid } from '../chooseGrid.ts';
import { type Level, tableName } from '../historySchema.ts';
import type { ExtremeColumn, ExtremeFamily } from './extremeSchema.ts';

const HOUR_MS = 3_600_000;

/** Where extremes are read from: rows that are still there, or what was kept of them by the hour. */
export type ExtremeSource = Level | 'keptHours';

/** A part of a grid, in whole steps of what it is read from. */
interface ReadPart {
  readonly grid: Grid;
  readonly span: TimeSpan;
}

/** Lowest and highest of the fine steps of one family. */
export class ExtremeTables<Metric extends string> {
  readonly #family: ExtremeFamily<Metric>;
  readonly #fold: StatementSync;
  readonly #nextAt: StatementSync;
  readonly #expire: StatementSync;
  readonly #readKept: StatementSync;
  readonly #readRows: ReadonlyMap<string, StatementSync>;

  constructor(db: DatabaseSync, family: ExtremeFamily<Metric>) {
    const { of, table, columns } = family;
    const finest = tableName(of, of.levels[0]);
    this.#family = family;
    this.#fold = db.prepare(foldSql(family, finest));
    this.#nextAt = db.prepare(`SELECT min(at_s) AS at_s FROM ${finest} WHERE at_s >= ?`);
    this.#expire = db.prepare(`DELETE FROM ${table} WHERE at_s < ?`);
    this.#readKept = db.prepare(readSql(table, columns.map(keptPair)));
    this.#readRows = new Map(
      of.levels.map((level) => [
        level.name,
        db.prepare(
          readSql(
            tableName(of, level),
            columns.map(({ sql }) => `min(${sql}), max(${sql})`),
          ),
        ),
      ]),
    );
    for (const statement of [this.#readKept, ...this.#readRows.values()]) statement.setReturnArrays(true);
  }

  /** Takes the fine steps of a span, which lies within one hour, into account. Doing it again changes nothing. */
  fold({ fromMs, toMs }: TimeSpan): void {
    const hourSeconds = (Math.floor(fromMs / HOUR_MS) * HOUR_MS) / 1_000;
    this.#fold.run(hourSeconds, fromMs / 1_000, toMs / 1_000);
  }

  /** Start of the first fine step at or after `fromMs`; null = there is none. */
  nextStepMs(fromMs: number): number | null {
    const at = this.#nextAt.get(fromMs / 1_000)?.at_s;
    return typeof at === 'number' ? at * 1_000 : null;
  }

  read(seriesId: number, source: ExtremeSource, { grid, span }: ReadPart): (metric: Metric) => Extremes {
    const { columns } = this.#family;
    const lines = new Map(columns.map(({ metric }) => [metric, { low: gaps(grid), high: gaps(grid) }]));
    const stepMs = source === 'keptHours' ? HOUR_MS : source.stepMs;
    const statement = source === 'keptHours' ? this.#readKept : this.#readRows.get(source.name);
    const bounds = [span.fromMs, stepMs, span.toMs, grid.fromMs, grid.stepMs].map((ms) => ms / 1_000);
    const rows = span.fromMs < span.toMs ? (statement?.all(...bounds, seriesId) ?? []) : [];
    for (const row of rows) {
      const step = valueAt(row, 0) ?? -1;
      columns.forEach(({ metric }, index) => {
        const line = lines.get(metric);
        if (line === undefined) return;
        line.low[step] = valueAt(row, 1 + 2 * index);
        line.high[step] = valueAt(row, 2 + 2 * index);
      });
    }
    const series = (values: readonly (number | null)[] = gaps(grid)) => ({
      fromMs: grid.fromMs,
      stepMs: grid.stepMs,
      values,
    });
    return (metric) => ({ low: series(lines.get(metric)?.low), high: series(lines.get(metric)?.high) });
  }

  expire(nowMs: number): void {
    const hours = this.#family.of.levels.find(({ stepMs }) => stepMs === HOUR_MS);
    if (hours !== undefined) this.#expire.run(Math.floor((nowMs - hours.keptMs) / 1_000));
  }
}

function foldSql({ table, columns }: ExtremeFamily<string>, finest: string): string {
  const names = columns.flatMap(({ name }) => [`${name}_low`, `${name}_high`]);
  const values = columns.flatMap(({ sql, scale }) => {
    const stored = `round((${sql}) * ${scale})`;
    return [`min(${stored})`, `max(${stored})`];
  });
  const merges = columns.flatMap(({ name }) => [merge(`${name}_low`, 'min'), merge(`${name}_high`, 'max')]);
  return `INSERT INTO ${table} (at_s, series_id, ${names.join(', ')})
    SELECT ?, series_id, ${values.join(', ')} FROM ${finest} WHERE at_s >= ? AND at_s < ? GROUP BY series_id
    ON CONFLICT (at_s, series_id) DO UPDATE SET ${merges.join(', ')}`;
}

function merge(name: string, pick: 'min' | 'max'): string {
  return `${name} = coalesce(${pick}(${name}, excluded.${name}), ${name}, excluded.${name})`;
}

function keptPair({ name, scale }: ExtremeColumn<string>): string {
  return `min(${name}_low) / ${scale}.0, max(${name}_high) / ${scale}.0`;
}

/** One seek a stored step: the key begins with the time. */
function readSql(table: string, values: readonly string[]): string {
  return `WITH RECURSIVE step(at_s, width_s, end_s) AS (
      SELECT ?, ?, ? UNION ALL SELECT at_s + width_s, width_s, end_s FROM step WHERE at_s + width_s < end_s
    )
    SELECT CAST((t.at_s - ?) / ? AS INTEGER) AS point, ${values.join(', ')}
    FROM step CROSS JOIN ${table} t ON t.at_s = step.at_s AND t.series_id = ? GROUP BY point`;
}

function gaps(grid: Grid): (number | null)[] {
  return new Array<number | null>(grid.count).fill(null);
}

function valueAt(row: Record<string, SQLOutputValue>, index: number): number | null {
  const value = row[index];
  return typeof value === 'number' ? value : null;
}
