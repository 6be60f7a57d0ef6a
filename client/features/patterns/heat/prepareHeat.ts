import { formatPercent, formatPoints } from '#client/lib/formatNumber.ts';
import { formatDateTime } from '#client/lib/formatTime.ts';
import type { RouterOutputs } from '#client/lib/routerOutputs.ts';

export type HeatData = RouterOutputs['patterns']['heatMap'];

/** Deviation from which a cell has the full colour, 0-1. Ours: a fall by a quarter of all look-ups is never ordinary. */
const FULL_DEVIATION = 0.25;

/** Strength of the colour, 0 = as usual; below zero the hit rate was lower. */
export function heatStrength(deviation: number): number {
  return Math.max(-1, Math.min(1, deviation / FULL_DEVIATION));
}

/** False when nothing is known of what is usual at any hour: the map would be hatched all over. */
export function isHeatKnown(map: HeatData): boolean {
  return map.rows.some(({ deviations }) => deviations.some((deviation) => deviation !== null));
}

/** What one cell says. */
export function heatText(map: HeatData, rowIndex: number, step: number): string {
  const row = map.rows[rowIndex];
  if (row === undefined) return '';
  const at = formatDateTime(map.fromMs + step * map.stepMs);
  const ratio = row.hitRatios[step] ?? null;
  const deviation = row.deviations[step] ?? null;
  if (ratio === null) return `${row.pattern}, ${at}: not measured, or too few look-ups`;
  const rate = formatPercent(ratio);
  if (deviation === null) return `${row.pattern}, ${at}: ${rate}; what is usual then is not known`;
  return `${row.pattern}, ${at}: ${rate}, ${formatPoints(deviation)} from the usual ${formatPercent(ratio - deviation)}`;
}

/** A row in a sentence: its usual hit rate and its lowest hour. */
export function heatRowText(map: HeatData, rowIndex: number): string {
  const row = map.rows[rowIndex];
  if (row === undefined) return '';
  const step = lowestStep(row.deviations);
  if (step === null) return `${row.pattern}: never below the usual`;
  return `Lowest of ${heatText(map, rowIndex, step)}`;
}

/** The map in a sentence: how many patterns it shows, and its lowest hour against the usual. */
export function heatSummary(map: HeatData): string {
  const shown = `${map.rows.length} of ${map.patternCount} patterns, most look-ups first`;
  let worst: { readonly row: number; readonly step: number; readonly deviation: number } | null = null;
  for (const [row, { deviations }] of map.rows.entries()) {
    const step = lowestStep(deviations);
    const deviation = step === null ? 0 : (deviations[step] ?? 0);
    if (step !== null && deviation < (worst?.deviation ?? 0)) worst = { row, step, deviation };
  }
  return worst === null
    ? `${shown}; no hour was below the usual.`
    : `${shown}; lowest: ${heatText(map, worst.row, worst.step)}.`;
}

/** Null when no step lies below zero. */
function lowestStep(deviations: readonly (number | null)[]): number | null {
  let lowest: number | null = null;
  for (const [step, deviation] of deviations.entries()) {
    if (deviation !== null && deviation < (lowest === null ? 0 : (deviations[lowest] ?? 0))) lowest = step;
  }
  return lowest;
}
