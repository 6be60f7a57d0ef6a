import type { Series } from '#shared/series.ts';

/**
 * The series with whole groups of neighbouring steps summed, so that it has at most `maxSteps`: for bars of counts. A group
 * with a gap in it is a gap, because half of a sum is a wrong one.
 */
export function mergeSteps(series: Series, maxSteps: number): Series {
  const size = Math.ceil(series.values.length / maxSteps);
  if (size <= 1) return series;
  const values: (number | null)[] = [];
  for (let at = 0; at < series.values.length; at += size) {
    const group = series.values.slice(at, at + size);
    const isWhole = group.length === size;
    values.push(isWhole ? sumOrGap(group) : null);
  }
  return { fromMs: series.fromMs, stepMs: series.stepMs * size, values };
}

function sumOrGap(group: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of group) {
    if (value === null) return null;
    sum += value;
  }
  return sum;
}
