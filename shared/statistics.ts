/** A share with the interval that the sample allows. All 0-1. */
export interface Proportion {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/** 95 % two-sided normal quantile. */
const Z95 = 1.959964;

/** 99.9 %: for verdicts on each of hundreds of patterns at once, of which chance alone would put some outside of 95 %. */
export const Z999 = 3.290527;

/**
 * Wilson score interval of `successes` out of `trials`, 95 % by default; stays inside 0-1 and is honest at small counts.
 * Null when nothing was tried. Source: Wilson 1927; Brown, Cai, DasGupta 2001.
 */
export function wilson(successes: number, trials: number, z = Z95): Proportion | null {
  if (trials <= 0) return null;
  const ratio = successes / trials;
  const z2 = z * z;
  const centre = (ratio + z2 / (2 * trials)) / (1 + z2 / trials);
  const half =
    (z * Math.sqrt((ratio * (1 - ratio)) / trials + z2 / (4 * trials * trials))) / (1 + z2 / trials);
  return { ratio, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/**
 * Score interval of a rate of which `count` events were seen, 95 % by default: `wilson` for a rare event among very many trials. Never
 * below zero; honest at 0, where it ends at 3.8. Source: Rao 1948; Barker 2002, A comparison of nine confidence intervals.
 */
export function poisson(count: number, z = Z95): { readonly low: number; readonly high: number } {
  const centre = count + (z * z) / 2;
  const half = z * Math.sqrt(count + (z * z) / 4);
  return { low: Math.max(0, centre - half), high: centre + half };
}

/** An estimated quantity and its 95 % interval; `isExact` when everything was counted and the interval is the value. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly isExact: boolean;
}

export function exact(value: number): Estimate {
  return { value, low: value, high: value, isExact: true };
}

/** Scales the share `successes / trials` of a uniform sample to a population of `total`. Null when nothing was sampled. */
export function estimateCount(successes: number, trials: number, total: number): Estimate | null {
  const share = wilson(successes, trials);
  if (share === null) return null;
  if (trials >= total) return exact(successes);
  return { value: share.ratio * total, low: share.low * total, high: share.high * total, isExact: false };
}

/** Sum over a population from a uniform sample without replacement, with its 95 % interval by the sample's spread. */
export function estimateSum(values: readonly number[], populationCount: number): Estimate {
  const sampledSum = values.reduce((sum, value) => sum + value, 0);
  const count = values.length;
  if (count >= populationCount) return exact(sampledSum);
  const mean = sampledSum / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, count - 1);
  const finiteCorrection = Math.sqrt((populationCount - count) / Math.max(1, populationCount - 1));
  const half = Z95 * populationCount * Math.sqrt(variance / count) * finiteCorrection;
  const value = mean * populationCount;
  return { value, low: Math.max(sampledSum, value - half), high: value + half, isExact: false };
}
