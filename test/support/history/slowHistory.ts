import type { NodePoint, TrafficPoint } from '#server/history/historyStore.ts';
import type { Series } from '#shared/series.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import type { GeneratedStep } from './generateHistory.ts';

const STEP_MS = 10_000;

type Counts = Omit<TrafficPoint, 'pattern'>;

/** For each step of a grid what was recorded in it, oldest first. */
export type Cells<Point> = readonly (readonly Point[])[];

/** Look-ups below which a step's hit ratio is no extreme. */
const MIN_LOOKUPS = 20;

/**
 * What the history should answer, worked out the slow and plain way from the points that were recorded: every step of every
 * question looks at every point.
 */
export class SlowHistory {
  readonly #steps: readonly GeneratedStep[];

  constructor(steps: readonly GeneratedStep[]) {
    this.#steps = steps;
  }

  /** The same without what came later. */
  before(atMs: number): SlowHistory {
    return new SlowHistory(this.#steps.filter(({ stepAtMs }) => stepAtMs < atMs));
  }

  /** Where the pattern (null = anything) was measured. */
  traffic(pattern: string | null, grid: Series): Cells<Counts> {
    return this.#cells(grid, ({ points }) =>
      pattern === null ? [sumCounts(points)] : points.filter((point) => point.pattern === pattern),
    );
  }

  nodes(grid: Series): Cells<NodePoint> {
    return this.#cells(grid, ({ node }) => [node]);
  }

  /** Sums of a pattern over a span. */
  totals(pattern: string, { fromMs, toMs }: TimeSpan): Counts & { readonly coveredMs: number } {
    const [points = []] = this.traffic(pattern, { fromMs, stepMs: toMs - fromMs, values: [null] });
    return { ...sumCounts(points), coveredMs: points.length * STEP_MS };
  }

  #cells<Point>(grid: Series, pointsOf: (step: GeneratedStep) => readonly Point[]): Cells<Point> {
    return grid.values.map((_, index) => {
      const fromMs = grid.fromMs + index * grid.stepMs;
      const inside = this.#steps.filter(
        ({ stepAtMs }) => stepAtMs >= fromMs && stepAtMs < fromMs + grid.stepMs,
      );
      return inside.flatMap(pointsOf);
    });
  }
}

/** A gap where nothing was recorded, else the value of what was. */
export function valuesOf<Point>(cells: Cells<Point>, value: (points: readonly Point[]) => number | null) {
  return cells.map((points) => (points.length === 0 ? null : value(points)));
}

/** A sum over the steps. */
export function sumOf<Point>(read: (point: Point) => number | null) {
  return (points: readonly Point[]) => points.reduce((sum, point) => sum + (read(point) ?? 0), 0);
}

/** Amount per second of the time that was measured. */
export function rateOf<Point>(read: (point: Point) => number | null) {
  return (points: readonly Point[]) => (sumOf(read)(points) * 1_000) / (points.length * STEP_MS);
}

/** Summed before divided; null without look-ups. */
export function ratioOf(points: readonly { readonly hits: number | null; readonly misses: number | null }[]) {
  const hits = sumOf((point: { readonly hits: number | null }) => point.hits)(points);
  const misses = sumOf((point: { readonly misses: number | null }) => point.misses)(points);
  return hits + misses === 0 ? null : hits / (hits + misses);
}

/** The last that is known. */
export function lastOf<Point>(read: (point: Point) => number | null) {
  return (points: readonly Point[]) => points.map(read).findLast((value) => value !== null) ?? null;
}

/** Lowest or highest of the single steps; null where none says. */
export function extremeOf<Point>(pick: 'min' | 'max', read: (point: Point) => number | null) {
  return (points: readonly Point[]) => {
    const known = points.map(read).filter((value) => value !== null);
    return known.length === 0 ? null : Math[pick](...known);
  };
}

/** Of one step, where it holds enough look-ups. */
export function stepRatio({
  hits,
  misses,
}: {
  readonly hits: number | null;
  readonly misses: number | null;
}) {
  const lookups = (hits ?? 0) + (misses ?? 0);
  return lookups < MIN_LOOKUPS ? null : (hits ?? 0) / lookups;
}

function sumCounts(points: readonly Counts[]): Counts {
  const sum = { hits: 0, misses: 0, loads: 0, loadMs: 0, puts: 0 };
  for (const point of points) {
    sum.hits += point.hits;
    sum.misses += point.misses;
    sum.loads += point.loads;
    sum.loadMs += point.loadMs;
    sum.puts += point.puts;
  }
  return sum;
}
