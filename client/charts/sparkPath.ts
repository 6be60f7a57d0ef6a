export interface SparkBox {
  readonly width: number;
  readonly height: number;
  readonly min: number;
  readonly max: number;
}

/** SVG path of straight lines with gaps where values are null; a lone value between gaps becomes a short dash. */
export function sparkPath(values: readonly (number | null)[], box: SparkBox): string {
  const span = box.max - box.min || 1;
  const x = (index: number) => (index / Math.max(1, values.length - 1)) * box.width;
  const y = (value: number) => box.height - 1.5 - ((value - box.min) / span) * (box.height - 3);
  let path = '';
  values.forEach((value, index) => {
    if (value === null) return;
    const isStart = (values[index - 1] ?? null) === null;
    const isLone = isStart && (values[index + 1] ?? null) === null;
    path += `${isStart ? 'M' : 'L'}${x(index).toFixed(1)} ${y(value).toFixed(1)}${isLone ? 'h1.5' : ''}`;
  });
  return path;
}

/** Bounds of all values; a flat line stands in the middle. Null when nothing is known. */
export function sparkBounds(values: readonly (number | null)[]): { min: number; max: number } | null {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value === null) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return null;
  return min === max ? { min: min - 1, max: max + 1 } : { min, max };
}
