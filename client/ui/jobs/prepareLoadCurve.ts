import { formatRate } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { JobLoad } from '#shared/acting/jobLoad.ts';
import type { LoadForecast } from '#shared/acting/loadForecast.ts';

/** A point of a curve: share of the span, and of the height. */
export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

export interface LoadCurveModel {
  /** Outline of the forecast, left to right. */
  readonly forecast: readonly CurvePoint[];
  /** Measured curves, one for each stretch without a gap. */
  readonly measured: readonly (readonly CurvePoint[])[];
  /** Height of what the source stands; null = not declared. */
  readonly capacityY: number | null;
  /** Shares of the span at which stages end; empty = they are not told. */
  readonly boundaries: readonly number[];
  /** False = nothing runs yet, so that there is nothing to measure. */
  readonly isMeasured: boolean;
  /** What the picture says, in a sentence. */
  readonly text: string;
  readonly spanText: string;
}

/** What has not been read so long after the last load will not be: a step, and the wait for a place that is behind. Ours. */
const READ_WITHIN_MS = 20_000;

/** Null when there is no forecast, so that there is nothing to compare. */
export function prepareLoadCurve(load: JobLoad, nowMs: number): LoadCurveModel | null {
  const { startedAtMs, forecast, measured, stepMs } = load;
  const rates = measured.flatMap(({ perSecond }) => (perSecond === null ? [] : [perSecond]));
  const scale = scaleOf(forecast, rates);
  if (scale === null) return null;
  const { highest, spanMs } = scale;
  return {
    ...curveOf(forecast, scale),
    ...{ boundaries: [], isMeasured: true },
    measured: stretches(
      measured.map(({ atMs, perSecond }) =>
        perSecond === null ? null : { x: (atMs + stepMs / 2 - startedAtMs) / spanMs, y: perSecond / highest },
      ),
    ),
    text: `Loads from the source: ${forecastText(scale)}, ${measuredText(load, rates, nowMs)}${standsText(forecast.capacityPerSecond)}.`,
  };
}

/** The forecast of a plan alone, with the times at which its stages end, ms after the start. */
export function preparePlanCurve(
  forecast: LoadForecast,
  stageEndsMs: readonly number[],
): LoadCurveModel | null {
  const scale = scaleOf(forecast, []);
  if (scale === null) return null;
  const most = formatRate(Math.max(...scale.totals));
  return {
    ...curveOf(forecast, scale),
    ...{ measured: [], isMeasured: false },
    boundaries: stageEndsMs.map((ms) => ms / scale.spanMs).filter((x) => x < 1),
    text: `Loads from the source: ${most} at the most${standsText(forecast.capacityPerSecond)}.`,
  };
}

interface CurveScale {
  readonly totals: readonly number[];
  readonly highest: number;
  readonly spanMs: number;
}

function scaleOf(forecast: LoadForecast, rates: readonly number[]): CurveScale | null {
  const { extraPerSecond, currentPerSecond, capacityPerSecond, stepMs } = forecast;
  if (extraPerSecond.length === 0 || currentPerSecond === null) return null;
  const totals = extraPerSecond.map((extra) => currentPerSecond + extra);
  const highest = Math.max(...totals, ...rates, capacityPerSecond ?? 0, 1);
  return { totals, highest, spanMs: extraPerSecond.length * stepMs };
}

function curveOf({ capacityPerSecond }: LoadForecast, { totals, highest, spanMs }: CurveScale) {
  return {
    forecast: totals.flatMap((total, at) => [
      { x: at / totals.length, y: total / highest },
      { x: (at + 1) / totals.length, y: total / highest },
    ]),
    capacityY: capacityPerSecond === null ? null : capacityPerSecond / highest,
    spanText: formatDuration(spanMs),
  };
}

function forecastText({ totals }: CurveScale): string {
  return `forecast ${formatRate(Math.max(...totals))} at the most`;
}

function measuredText({ untilMs }: JobLoad, rates: readonly number[], nowMs: number): string {
  if (rates.length > 0) return `measured ${formatRate(Math.max(...rates))} at the most`;
  return nowMs < untilMs + READ_WITHIN_MS ? 'nothing measured yet' : 'nothing was measured';
}

function standsText(capacityPerSecond: number | null): string {
  return capacityPerSecond === null ? '' : `, of ${formatRate(capacityPerSecond)} that it stands`;
}

function stretches(points: readonly (CurvePoint | null)[]): CurvePoint[][] {
  const found: CurvePoint[][] = [[]];
  for (const point of points) {
    if (point === null) found.push([]);
    else found.at(-1)?.push(point);
  }
  return found.filter((stretch) => stretch.length > 0);
}
