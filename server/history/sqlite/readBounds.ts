import type { TimeSpan } from '#shared/timeRange.ts';
import type { Grid } from './chooseGrid.ts';

/** Where a series is read. */
export interface ReadBounds {
  readonly nowMs: number;
  readonly grid: Grid;
}

/** The part of the grid that can hold rows: from its retention to now; a range of a thousand years reads no more than this. */
export function rowSpan({ grid, nowMs }: ReadBounds): TimeSpan {
  const { level } = grid;
  const oldestMs = Math.floor((nowMs - level.keptMs) / level.stepMs) * level.stepMs;
  // Rows a little ahead of the clock exist when the clock was set back.
  const newestMs = nowMs + level.stepMs;
  return {
    fromMs: Math.max(grid.fromMs, oldestMs),
    toMs: Math.min(grid.fromMs + grid.count * grid.stepMs, newestMs),
  };
}
