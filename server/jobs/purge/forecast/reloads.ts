import type { Departure } from '#shared/acting/purgeStages.ts';

/** Keys that are read alike often, as one. */
export interface KeyGroup {
  readonly keyCount: number;
  /** Reads a second of each of them. */
  readonly readsPerSecond: number;
}

/** Groups for each doubling of the rank. Ours: the sum is then within 1 % of the one over single keys. */
const GROUPS_PER_OCTAVE = 8;

/**
 * Keys that share `hitsPerSecond` as reads of caches usually do (Zipf's law with exponent 1: the n-th most read key is read
 * 1/n as often as the first). Source: Breslau 1999; ours to assume it where nothing tells more.
 */
export function zipfGroups(hitsPerSecond: number, keyCount: number): readonly KeyGroup[] {
  if (keyCount < 1 || hitsPerSecond <= 0) return [];
  const groups: { keyCount: number; weight: number }[] = [];
  let rank = 1;
  while (rank <= keyCount) {
    const size = Math.max(1, Math.floor(rank * (2 ** (1 / GROUPS_PER_OCTAVE) - 1)));
    const count = Math.min(size, keyCount - rank + 1);
    groups.push({ keyCount: count, weight: harmonic(rank + count - 1) - harmonic(rank - 1) });
    rank += count;
  }
  const whole = groups.reduce((sum, { weight }) => sum + weight, 0);
  return groups.map(({ keyCount: count, weight }) => ({
    keyCount: count,
    readsPerSecond: (hitsPerSecond * weight) / whole / count,
  }));
}

/** 1 + 1/2 + ... + 1/n, within 1e-6. */
function harmonic(n: number): number {
  if (n < 16) {
    let sum = 0;
    for (let at = 1; at <= n; at += 1) sum += 1 / at;
    return sum;
  }
  return Math.log(n) + 0.577_215_664_9 + 1 / (2 * n) - 1 / (12 * n * n);
}

/**
 * How many of the keys will have been loaded anew `tMs` after the start: a key is at its first read after it went. Which keys go when is
 * chance. Readers of one key at once count as one load.
 */
export function reloadedCount(
  groups: readonly KeyGroup[],
  departures: readonly Departure[],
  tMs: number,
): number {
  let count = 0;
  for (const { share, fromMs, overMs } of departures) {
    const sinceMs = tMs - fromMs;
    if (sinceMs <= 0) continue;
    for (const { keyCount, readsPerSecond } of groups) {
      count += share * keyCount * readShare(readsPerSecond, overMs / 1_000, sinceMs / 1_000);
    }
  }
  return count;
}

/** Chance that a key was read again by `t`, s, when it went at a moment that is uniform over `span`. */
function readShare(rate: number, span: number, t: number): number {
  if (rate <= 0) return 0;
  if (span === 0) return 1 - Math.exp(-rate * t);
  // Means of 1 - exp(-rate (t - s)) over the moments s that have passed.
  const passed = Math.min(t, span);
  const unread = (Math.exp(-rate * (t - passed)) - Math.exp(-rate * t)) / rate;
  return (passed - unread) / span;
}
