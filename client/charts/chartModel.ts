/** Tokens of styles.css that a chart may use. */
export type ChartColour = 'blue' | 'verm' | 'amber' | 'green' | 'purple' | 'sky' | 'base' | 'text';

/** Order of the bands of a stack: neighbours differ in lightness, too. */
export const bandColours: readonly ChartColour[] = ['blue', 'green', 'purple', 'sky', 'amber', 'verm'];

export function colourOf(colour: ChartColour): string {
  return `var(--${colour})`;
}

export interface ChartSeries {
  /** What the legend, the hover and the table call it; unique in its chart. */
  readonly label: string;
  readonly colour: ChartColour;
  /** One value for each step; null is a gap. */
  readonly values: readonly (number | null)[];
  /** True for patterns and keys, which are set in the font of code. */
  readonly isCode?: boolean;
  /** Bars only: drawn downwards from zero, as the mirror of what stands above. */
  readonly isBelow?: boolean;
}

/** Lowest and highest within each step. Null = not known. */
export interface ChartBand {
  /** What it is the range of: `10 s steps`, `95 % interval`. */
  readonly label: string;
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

/** Everything that a time chart shows, decided beforehand: the chart only draws. At most 360 steps, 8 series; bars 120. */
export interface TimeChartModel {
  readonly title: string;
  /** What the chart says, in a sentence, for those who cannot see it: value, baseline, when it changed. */
  readonly summary: string;
  readonly fromMs: number;
  readonly stepMs: number;
  readonly stepCount: number;
  readonly series: readonly ChartSeries[];
  /** The same a span earlier, moved onto this axis; drawn in grey behind. Lines only. */
  readonly before?: ChartSeries | null;
  /**
   * What the steps of the last line hide, pale behind it; the highest of a stack, as a line over it; the error of each bar, as a
   * line across its end.
   */
  readonly band?: ChartBand | null;
  /** A limit, dashed. */
  readonly limit?: { readonly value: number; readonly label: string } | null;
  /** True when the last step still runs: its line is dashed. */
  readonly isLastUnfinished?: boolean;
  /** Stands in the drawing when no step of it is known; absent = `not measured in this span`. */
  readonly whyEmpty?: string;
  /** Top of the axis; absent = from the data. */
  readonly yMax?: number;
}

/** One step as recharts wants it: `s0`, `s1` … are the series, `u0` … their unfinished end, `before` the baseline, `low` and `high` the band. */
export type ChartRow = { readonly atMs: number } & Readonly<Record<string, number | null>>;

/** Keys are by place and not by label, because recharts reads dots and brackets in a key as a path. */
export function prepareChartRows(model: TimeChartModel): readonly ChartRow[] {
  const lastIndex = model.stepCount - 1;
  return Array.from({ length: model.stepCount }, (_, index) => {
    const row: Record<string, number | null> & { atMs: number } = {
      atMs: model.fromMs + index * model.stepMs,
    };
    model.series.forEach(({ values, isBelow }, place) => {
      const given = values[index] ?? null;
      const value = given !== null && isBelow === true ? -given : given;
      const isOpen = model.isLastUnfinished === true && index === lastIndex;
      row[`s${place}`] = isOpen ? null : value;
      // The dashed end starts at the last finished step, so that it hangs together with the line.
      if (model.isLastUnfinished === true) row[`u${place}`] = index >= lastIndex - 1 ? value : null;
    });
    if (model.before) row.before = model.before.values[index] ?? null;
    if (model.band) {
      row.low = model.band.low[index] ?? null;
      row.high = model.band.high[index] ?? null;
    }
    return row;
  });
}

/** A round top for an axis that starts at zero: 1, 2 or 5 times a power of ten, not below `max`. */
export function roundTop(max: number): number {
  if (!(max > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(max));
  const factor = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((candidate) => candidate * power >= max * 0.999) ?? 10;
  return factor * power;
}

/** Largest value that the axis must hold: of single series, or of their sum at a step when they are stacked. */
export function largestValue(model: TimeChartModel, isStacked: boolean): number {
  let max = model.limit?.value ?? 0;
  for (let index = 0; index < model.stepCount; index += 1) {
    const own = isStacked
      ? Math.max(stackAt(model.series, index, false), stackAt(model.series, index, true))
      : Math.max(0, ...model.series.map(({ values }) => values[index] ?? 0));
    max = Math.max(max, own, model.before?.values[index] ?? 0, model.band?.high[index] ?? 0);
  }
  return max;
}

/** How far the stack above zero reaches at a step, or that below. */
function stackAt(series: readonly ChartSeries[], index: number, isBelow: boolean): number {
  return series.reduce(
    (sum, one) => ((one.isBelow ?? false) === isBelow ? sum + (one.values[index] ?? 0) : sum),
    0,
  );
}

/** False when there is nothing to draw but the frame. */
export function isKnownAnywhere({ series, before }: TimeChartModel): boolean {
  const lines = before ? [...series, before] : series;
  return lines.some(({ values }) => values.some((value) => value !== null));
}
