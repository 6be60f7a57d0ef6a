import type { Grid } from './chooseGrid.ts';
import { trafficFamily } from './historySchema.ts';
import type { HistoryTables } from './historyTables.ts';

/** Hits and misses of every series in one step: three numbers a series, in a row. */
export type LookupColumn = Float64Array;

/** Numbers a series takes in a column: its number, hits, misses. */
export const COLUMN_WIDTH = 3;

/** Three weeks of hours, and ranges of 60 points beside them; 500 patterns in each make 11 MB. */
const KEPT_COLUMNS = 900;

const HOUR_MS = 3_600_000;

/** Every width that a step can have, to find the columns that a write changes. */
const widthsMs = trafficFamily.levels.flatMap((level) => level.readStepsMs);

/**
 * Steps of sparklines that were read before. A step that is over does not change, so that looking at six hours of 500
 * patterns again reads the last step and not 180,000 rows.
 */
export class LookupColumns {
  readonly #columns = new Map<string, LookupColumn>();

  read(tables: HistoryTables, grid: Grid, fromMs: number): LookupColumn {
    const key = `${grid.stepMs} ${fromMs}`;
    const kept = this.#columns.get(key);
    if (kept !== undefined) return kept;
    const column = this.#readAnew(tables, grid, fromMs);
    if (!widthsMs.includes(grid.stepMs)) return column;
    this.#columns.set(key, column);
    const oldest = this.#columns.keys().next();
    if (this.#columns.size > KEPT_COLUMNS && !oldest.done) this.#columns.delete(oldest.value);
    return column;
  }

  /** Steps of several hours are added up from those of one, which the worst hour needs as well. */
  #readAnew(tables: HistoryTables, grid: Grid, fromMs: number): LookupColumn {
    if (grid.level.stepMs !== HOUR_MS || grid.stepMs === HOUR_MS) return readColumn(tables, grid, fromMs);
    const sums = new ColumnSums();
    for (let atMs = fromMs; atMs < fromMs + grid.stepMs; atMs += HOUR_MS) {
      const hour = this.read(tables, { ...grid, stepMs: HOUR_MS }, atMs);
      for (let offset = 0; offset < hour.length; offset += COLUMN_WIDTH) {
        sums.add(hour[offset] ?? 0, hour[offset + 1] ?? 0, hour[offset + 2] ?? 0);
      }
    }
    return sums.column();
  }

  /** Forgets the steps that hold this moment, since a write changed them. */
  forget(atMs: number): void {
    for (const stepMs of widthsMs) this.#columns.delete(`${stepMs} ${Math.floor(atMs / stepMs) * stepMs}`);
  }

  clear(): void {
    this.#columns.clear();
  }
}

function readColumn(tables: HistoryTables, grid: Grid, fromMs: number): LookupColumn {
  const sums = new ColumnSums();
  const span = { fromMs, toMs: fromMs + grid.stepMs };
  tables.traffic.eachLookups(grid.level, span, (seriesId, hits, misses) => sums.add(seriesId, hits, misses));
  return sums.column();
}

class ColumnSums {
  readonly #sums = new Map<number, { hits: number; misses: number }>();

  add(seriesId: number, hits: number, misses: number): void {
    const sum = this.#sums.get(seriesId);
    if (sum === undefined) {
      this.#sums.set(seriesId, { hits, misses });
      return;
    }
    sum.hits += hits;
    sum.misses += misses;
  }

  column(): LookupColumn {
    const column = new Float64Array(this.#sums.size * COLUMN_WIDTH);
    let offset = 0;
    for (const [seriesId, { hits, misses }] of this.#sums) {
      column.set([seriesId, hits, misses], offset);
      offset += COLUMN_WIDTH;
    }
    return column;
  }
}
