import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { TimeSpan } from '#shared/timeRange.ts';
import type { StoredRow } from './foldRows.ts';
import { type Column, type Family, type Level, tableName } from './historySchema.ts';

/** A row to add: the series and its values in the order of the family's columns. Null = not known. */
export interface NewRow {
  readonly seriesId: number;
  readonly values: readonly (number | null)[];
}

interface LevelStatements {
  readonly level: Level;
  readonly add: StatementSync;
  readonly idsAt: StatementSync;
  readonly readOne: StatementSync;
  readonly readPairs: StatementSync;
  readonly sumAll: StatementSync;
  readonly expiryBound: StatementSync;
  readonly expire: StatementSync;
}

/** The tables of one family, one for each level, behind prepared statements. Times are epoch ms, aligned to the level. */
export class LevelTables<Metric extends string> {
  readonly family: Family<Metric>;
  readonly #statements: readonly LevelStatements[];

  constructor(db: DatabaseSync, family: Family<Metric>) {
    this.family = family;
    this.#statements = family.levels.map((level) => prepareLevel(db, family, level));
  }

  /** Adds rows to the step that holds `atMs` on every level. To be called inside a transaction. */
  add(atMs: number, rows: readonly NewRow[]): void {
    // Ascending keys fill pages to the end; in any other order they are split half full.
    const ordered = [...rows].sort((a, b) => a.seriesId - b.seriesId);
    for (const { level, add } of this.#statements) {
      const atSeconds = Math.floor(atMs / level.stepMs) * (level.stepMs / 1_000);
      for (const row of ordered) add.run(atSeconds, row.seriesId, ...this.#stored(row.values));
    }
  }

  /** Series that have a row at this step of the finest level. */
  seriesAt(atMs: number): ReadonlySet<number> {
    const rows = this.#statements[0]?.idsAt.all(atMs / 1_000) ?? [];
    return new Set(rows.map((row) => numberAt(row, 0)));
  }

  /** Rows of one series, oldest first. One seek a step: the key begins with the time. */
  readSeries(seriesId: number, level: Level, span: TimeSpan): readonly StoredRow[] {
    const { fromMs, toMs } = span;
    if (fromMs >= toMs) return [];
    const rows = this.#of(level).readOne.all(fromMs / 1_000, level.stepMs / 1_000, toMs / 1_000, seriesId);
    return rows.map((row) => ({ atMs: numberAt(row, 0) * 1_000, values: this.#values(row, 1) }));
  }

  /** The first two columns of every series of every target; without an object for each of many rows. */
  eachLookups(
    level: Level,
    span: TimeSpan,
    visit: (seriesId: number, first: number, second: number) => void,
  ): void {
    for (const row of this.#of(level).readPairs.all(span.fromMs / 1_000, span.toMs / 1_000)) {
      visit(numberAt(row, 0), numberAt(row, 1), numberAt(row, 2));
    }
  }

  /** Counts of every series of every target, summed over the span. For families of counts. */
  sumAll(level: Level, span: TimeSpan): readonly NewRow[] {
    const rows = this.#of(level).sumAll.all(span.fromMs / 1_000, span.toMs / 1_000);
    return rows.map((row) => ({ seriesId: numberAt(row, 0), values: this.#values(row, 1) }));
  }

  /** Deletes the oldest expired rows, about `maxRows` of each level, and returns how many. */
  expire(nowMs: number, maxRows: number): number {
    let deleted = 0;
    for (const { level, expiryBound, expire } of this.#statements) {
      const cutoffSeconds = Math.floor((nowMs - level.keptMs) / 1_000);
      const bound = expiryBound.get(cutoffSeconds, maxRows);
      const boundSeconds = bound === undefined ? cutoffSeconds - 1 : numberAt(bound, 0);
      deleted += Number(expire.run(boundSeconds).changes);
    }
    return deleted;
  }

  #of(level: Level): LevelStatements {
    const found = this.#statements.find((statements) => statements.level.name === level.name);
    if (found === undefined) throw new Error(`No table ${tableName(this.family, level)}`);
    return found;
  }

  #stored(values: readonly (number | null)[]): (number | null)[] {
    return this.family.columns.map((column, index) => toStored(values[index] ?? null, column));
  }

  #values(row: Record<string, SQLOutputValue>, offset: number): (number | null)[] {
    return this.family.columns.map((column, index) => fromStored(row[index + offset], column));
  }
}

// A count that is negative or not finite is a fault of its source: not known, rather than believed.
function toStored(value: number | null, column: Column<string>): number | null {
  if (value === null || !Number.isFinite(value) || value < 0) return null;
  return column.scale === 0 ? value : Math.round(value * column.scale);
}

function fromStored(value: SQLOutputValue | undefined, column: Column<string>): number | null {
  if (typeof value !== 'number') return null;
  return column.scale === 0 ? value : value / column.scale;
}

function numberAt(row: Record<string, SQLOutputValue>, index: number): number {
  const value = row[index];
  if (typeof value !== 'number') throw new Error(`Column ${index} is no number`);
  return value;
}

function prepareLevel(db: DatabaseSync, family: Family<string>, level: Level): LevelStatements {
  const table = tableName(family, level);
  const names = family.columns.map((column) => column.name);
  const columns = names.join(', ');
  const prepared = {
    level,
    add: db.prepare(
      `INSERT INTO ${table} (at_s, series_id, ${columns}) VALUES (?, ?, ${names.map(() => '?').join(', ')})
       ON CONFLICT (at_s, series_id) DO UPDATE SET ${family.columns.map(mergeOf).join(', ')}`,
    ),
    idsAt: db.prepare(`SELECT series_id FROM ${table} WHERE at_s = ?`),
    readOne: db.prepare(
      `WITH RECURSIVE step(at_s, width_s, end_s) AS (
         SELECT ?, ?, ? UNION ALL SELECT at_s + width_s, width_s, end_s FROM step WHERE at_s + width_s < end_s
       )
       SELECT t.at_s, ${names.map((name) => `t.${name}`).join(', ')}
       FROM step CROSS JOIN ${table} t ON t.at_s = step.at_s AND t.series_id = ?`,
    ),
    readPairs: db.prepare(
      `SELECT series_id, ${names
        .slice(0, 2)
        .map((name) => `coalesce(${name}, 0)`)
        .join(', ')} FROM ${table} WHERE at_s >= ? AND at_s < ?`,
    ),
    sumAll: db.prepare(
      `SELECT series_id, ${names.map((name) => `sum(${name})`).join(', ')}
       FROM ${table} WHERE at_s >= ? AND at_s < ? GROUP BY series_id`,
    ),
    expiryBound: db.prepare(`SELECT at_s FROM ${table} WHERE at_s < ? ORDER BY at_s LIMIT 1 OFFSET ?`),
    expire: db.prepare(`DELETE FROM ${table} WHERE at_s <= ?`),
  };
  const { idsAt, readOne, readPairs, sumAll, expiryBound } = prepared;
  for (const statement of [idsAt, readOne, readPairs, sumAll, expiryBound]) statement.setReturnArrays(true);
  return prepared;
}

function mergeOf({ name, kind }: Column<string>): string {
  return kind === 'count'
    ? `${name} = coalesce(${name} + excluded.${name}, ${name}, excluded.${name})`
    : `${name} = coalesce(excluded.${name}, ${name})`;
}
