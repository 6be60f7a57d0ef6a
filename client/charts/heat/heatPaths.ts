/** Steps of colour on either side of "as usual": more cannot be told apart in a cell of a few pixels. */
export const HEAT_LEVELS = 4;

export interface HeatPath {
  /** -4 (lowest) to 4; 0 is as usual. */
  readonly level: number;
  readonly d: string;
}

/** Cells of one row as one path a colour, in units of cells; a null is left open. Strengths are -1 to 1. */
export function heatPaths(strengths: readonly (number | null)[]): readonly HeatPath[] {
  const parts = new Map<number, string>();
  strengths.forEach((strength, step) => {
    if (strength === null) return;
    const level = Math.round(Math.max(-1, Math.min(1, strength)) * HEAT_LEVELS) + 0;
    parts.set(level, `${parts.get(level) ?? ''}M${step} 0h1v1h-1z`);
  });
  return [...parts].sort(([a], [b]) => a - b).map(([level, d]) => ({ level, d }));
}
