import { formatCount, formatRate } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { WarmingSource } from './warmingModel.ts';

/** A rate as it was typed; null = empty, so that the warmer's own is meant. */
export type DraftRate =
  | { readonly state: 'own' }
  | { readonly state: 'given'; readonly perSecond: number }
  | { readonly state: 'wrong'; readonly problem: string };

const MOST_PER_SECOND = 100_000;

export function parseRate(text: string): DraftRate {
  const trimmed = text.trim();
  if (trimmed === '') return { state: 'own' };
  const perSecond = Number(trimmed);
  if (perSecond > 0 && perSecond <= MOST_PER_SECOND) return { state: 'given', perSecond };
  return { state: 'wrong', problem: 'A rate is a number above 0 and at most 100,000 loads a second.' };
}

/** Where things stand on a scale of what the source stands, 0-1; null = what it stands is not declared. */
export interface CapacityScale {
  readonly currentRatio: number | null;
  /** Of what it loads now and this rate together, at most 1. */
  readonly totalRatio: number;
  readonly safeRatio: number;
  readonly isSafe: boolean;
  readonly text: string;
}

/** What the rate means beside what the source loads now, on the scale of what it stands; null = that is not declared. */
export function prepareScale(
  { currentPerSecond, capacityPerSecond, safePerSecond }: WarmingSource,
  perSecond: number,
): CapacityScale | null {
  if (capacityPerSecond === null || safePerSecond === null) return null;
  const total = (currentPerSecond ?? 0) + perSecond;
  const isSafe = total <= safePerSecond;
  const now =
    currentPerSecond === null
      ? 'What the source loads now is not known.'
      : `The source loads ${formatRate(currentPerSecond)} now.`;
  const room = Math.floor(safePerSecond - (currentPerSecond ?? 0));
  const most =
    room >= 1 ? `At most ${formatCount(room)} a second would do.` : 'It has no room for a warm-up now.';
  const verdict = isSafe
    ? `With this rate ${formatRate(total)}, ${share(total, capacityPerSecond)} of the ${formatRate(capacityPerSecond)} that it stands.`
    : `With this rate ${formatRate(total)}: more than the ${formatRate(safePerSecond)} that are safe. ${most}`;
  return {
    currentRatio: currentPerSecond === null ? null : Math.min(1, currentPerSecond / capacityPerSecond),
    totalRatio: Math.min(1, total / capacityPerSecond),
    safeRatio: safePerSecond / capacityPerSecond,
    isSafe,
    text: `${now} ${verdict}`,
  };
}

/** The highest rate of the slider: what the source stands besides what it loads now, or what any source is asked for. */
export function sliderMax({ currentPerSecond, capacityPerSecond }: WarmingSource): number {
  if (capacityPerSecond === null) return 200;
  return Math.max(1, Math.floor(capacityPerSecond - (currentPerSecond ?? 0)));
}

/** Half of the room that the source has; null = it has none, or nobody says what it stands. */
export function carefulRate({ currentPerSecond, safePerSecond }: WarmingSource): number | null {
  if (safePerSecond === null) return null;
  const perSecond = Math.floor((safePerSecond - (currentPerSecond ?? 0)) / 2);
  return perSecond >= 1 ? perSecond : null;
}

/** How long a list takes at a rate, at most; `entryCount` is that of its last run, null = it is not known before the plan. */
export function describeSpan(entryCount: number | null, perSecond: number): string {
  if (entryCount === null) return 'How long it takes is told by the plan.';
  const ms = (entryCount * 1_000) / perSecond;
  return `The ${formatCount(entryCount)} entries of its last run take ${formatDuration(ms)} if none is fresh.`;
}

function share(part: number, whole: number): string {
  return `${Math.round((100 * part) / whole)} %`;
}
