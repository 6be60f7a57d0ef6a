import type { Grid } from './chooseGrid.ts';
import { trafficFamily } from './historySchema.ts';
import type { HistoryTables } from './historyTables.ts';

/** Hits and misses of every series in one step: three numbers a series, in a row. */
export type LookupColumn = Float64Array;

/** Numbers a series takes in a column: its number, hits, misses. */
export const COLUMN_WIDTH = 3;

/** About ten ranges of 60 points; 500 patterns in each make 7 MB. */
const KEPT_COLUMNS = 600;

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
    const column = readColumn(tables, grid, fromMs);
    if (!widthsMs.includes(grid.stepMs)) return column;
    this.#columns.set(key, column);
    const oldest = this.#columns.keys().next();
    if (this.#columns.size > KEPT_COLUMNS && !oldest.done) this.#columns.delete(oldest.value);
    return column;
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
  const sums = new Map<number, { hits: number; misses: number }>();
  const span = { fromMs, toMs: fromMs + grid.stepMs };
  tables.traffic.eachLookups(grid.level, span, (seriesId, hits, misses) => {
    const sum = sums.get(seriesId);
    if (sum === undefined) {
      sums.set(seriesId, { hits, misses });
      return;
    }
    sum.hits += hits;
    sum.misses += misses;
  });
  const column = new Float64Array(sums.size * COLUMN_WIDTH);
  let offset = 0;
  for (const [seriesId, { hits, misses }] of sums) {
    column.set([seriesId, hits, misses], offset);
    offset += COLUMN_WIDTH;
  }
  return column;
}
