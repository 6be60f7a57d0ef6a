import { formatRate } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { JobLoad } from '#shared/acting/jobLoad.ts';

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
  /** What the picture says, in a sentence. */
  readonly text: string;
  readonly spanText: string;
}

/** Null when there is no forecast, so that there is nothing to compare. */
export function prepareLoadCurve({
  startedAtMs,
  forecast,
  measured,
  stepMs,
}: JobLoad): LoadCurveModel | null {
  const { extraPerSecond, currentPerSecond, capacityPerSecond } = forecast;
  if (extraPerSecond.length === 0 || currentPerSecond === null) return null;
  const spanMs = extraPerSecond.length * forecast.stepMs;
  const totals = extraPerSecond.map((extra) => currentPerSecond + extra);
  const rates = measured.flatMap(({ perSecond }) => (perSecond === null ? [] : [perSecond]));
  const highest = Math.max(...totals, ...rates, capacityPerSecond ?? 0, 1);
  const forecastMost = Math.max(...totals);
  return {
    forecast: totals.flatMap((total, at) => [
      { x: at / totals.length, y: total / highest },
      { x: (at + 1) / totals.length, y: total / highest },
    ]),
    measured: stretches(
      measured.map(({ atMs, perSecond }) =>
        perSecond === null ? null : { x: (atMs + stepMs / 2 - startedAtMs) / spanMs, y: perSecond / highest },
      ),
    ),
    capacityY: capacityPerSecond === null ? null : capacityPerSecond / highest,
    text: describe(forecastMost, rates, capacityPerSecond),
    spanText: formatDuration(spanMs),
  };
}

function describe(forecastMost: number, rates: readonly number[], capacityPerSecond: number | null): string {
  const measured =
    rates.length === 0 ? 'nothing measured yet' : `measured ${formatRate(Math.max(...rates))} at the most`;
  const stands = capacityPerSecond === null ? '' : `, of ${formatRate(capacityPerSecond)} that it stands`;
  return `Loads from the source: forecast ${formatRate(forecastMost)} at the most, ${measured}${stands}.`;
}

function stretches(points: readonly (CurvePoint | null)[]): CurvePoint[][] {
  const found: CurvePoint[][] = [[]];
  for (const point of points) {
    if (point === null) found.push([]);
    else found.at(-1)?.push(point);
  }
  return found.filter((stretch) => stretch.length > 0);
}
