import type { Series } from '#shared/series.ts';
import type { Grid } from './chooseGrid.ts';
import type { Column } from './historySchema.ts';

/** One stored row: when, and its values in the order of the family's columns. */
export interface StoredRow {
  readonly atMs: number;
  readonly values: readonly (number | null)[];
}

/** Values on a grid, by metric. */
export type Folded<Metric extends string> = (metric: Metric) => Series;

/** Merges rows, oldest first, into the steps of a grid: counts add, the last known value of a gauge stays. */
export function foldRows<Metric extends string>(
  rows: Iterable<StoredRow>,
  columns: readonly Column<Metric>[],
  grid: Grid,
): Folded<Metric> {
  const values = columns.map(() => new Array<number | null>(grid.count).fill(null));
  for (const row of rows) {
    const step = Math.floor((row.atMs - grid.fromMs) / grid.stepMs);
    if (step < 0 || step >= grid.count) continue;
    columns.forEach((column, index) => {
      const line = values[index];
      const value = row.values[index] ?? null;
      if (line === undefined || value === null) return;
      line[step] = column.kind === 'count' ? (line[step] ?? 0) + value : value;
    });
  }
  return (metric) => {
    const index = columns.findIndex((column) => column.metric === metric);
    return { fromMs: grid.fromMs, stepMs: grid.stepMs, values: values[index] ?? gaps(grid) };
  };
}

/** A series in which nothing was measured. */
export function gapSeries(grid: Grid): Series {
  return { fromMs: grid.fromMs, stepMs: grid.stepMs, values: gaps(grid) };
}

/** Sums series of one grid. In each step, those that have a row count (`isPresent`); one without a value makes a gap. */
export function sumSeries(
  parts: readonly { readonly series: Series; readonly covered: Series }[],
  grid: Grid,
): Series {
  const values = gaps(grid).map((_, step) => {
    const present = parts.filter(({ covered }) => (covered.values[step] ?? null) !== null);
    if (present.length === 0) return null;
    return present.reduce<number | null>((sum, { series }) => {
      const value = series.values[step] ?? null;
      return sum === null || value === null ? null : sum + value;
    }, 0);
  });
  return { fromMs: grid.fromMs, stepMs: grid.stepMs, values };
}

/** The larger value in each step; a gap only where both have one. */
export function widestSeries(parts: readonly Series[], grid: Grid): Series {
  const values = gaps(grid).map((_, step) => {
    const known = parts.flatMap((part) => part.values[step] ?? []);
    return known.length === 0 ? null : Math.max(...known);
  });
  return { fromMs: grid.fromMs, stepMs: grid.stepMs, values };
}

function gaps(grid: Grid): (number | null)[] {
  return new Array<number | null>(grid.count).fill(null);
}
