import type { Series } from '#shared/series.ts';
import type { TimeChartModel } from './chartModel.ts';

/** Where the curves of a page begin, on the grid of steps that they share. */
export interface HistoryStart {
  /** First step to draw. */
  readonly step: number;
  /** When measuring began, for the reader; null when the whole range is drawn. */
  readonly beginsAtMs: number | null;
}

const WHOLE: HistoryStart = { step: 0, beginsAtMs: null };

/** Steps before the first measured one, as a share of the measured ones: enough to see that something begins. Ours. */
const LEAD = 0.08;

/** Fewer steps would stretch a few seconds over the page. */
const MIN_STEPS = 12;

/**
 * A history that begins in the second half of the range is not squeezed into a sliver: its curves begin a little before the
 * first measured step of any of them. All series are of one grid; those of the span before count, too: what they know makes
 * the history an old one with a gap.
 */
export function historyStart(series: readonly Series[], before: readonly Series[] = []): HistoryStart {
  const grid = series[0];
  if (grid === undefined || before.some(isKnown)) return WHOLE;
  const firsts = series.map(({ values }) => values.findIndex((value) => value !== null));
  const first = Math.min(...firsts.map((at) => (at < 0 ? Number.POSITIVE_INFINITY : at)));
  const stepCount = grid.values.length;
  if (!Number.isFinite(first) || first <= stepCount / 2) return WHOLE;
  const lead = Math.max(1, Math.round((stepCount - first) * LEAD));
  const step = Math.max(0, Math.min(first - lead, stepCount - MIN_STEPS));
  return step === 0 ? WHOLE : { step, beginsAtMs: grid.fromMs + first * grid.stepMs };
}

function isKnown({ values }: Series): boolean {
  return values.some((value) => value !== null);
}

export function cutSeries({ fromMs, stepMs, values }: Series, { step }: HistoryStart): Series {
  return { fromMs: fromMs + step * stepMs, stepMs, values: values.slice(step) };
}

/** A chart whose steps are those that `start` was derived from. */
export function cutChart(model: TimeChartModel, { step }: HistoryStart): TimeChartModel {
  if (step === 0) return model;
  return {
    ...model,
    fromMs: model.fromMs + step * model.stepMs,
    stepCount: model.stepCount - step,
    series: model.series.map((series) => ({ ...series, values: series.values.slice(step) })),
    ...(model.band
      ? { band: { ...model.band, low: model.band.low.slice(step), high: model.band.high.slice(step) } }
      : {}),
    ...(model.before ? { before: { ...model.before, values: model.before.values.slice(step) } } : {}),
  };
}
