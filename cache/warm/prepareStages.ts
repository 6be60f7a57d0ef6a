/** A part of a list, from the first index to before the second. */
export interface Stage {
  /** From 1. */
  readonly number: number;
  readonly fromIndex: number;
  readonly toIndex: number;
}

/** Floating point: 0.07 * 100 is above 7. */
const TOLERANCE = 1e-9;

/** Cuts a list at rising shares of its length, each rounded up; a share that adds nothing is no stage. */
export function prepareStages(count: number, shares: readonly number[]): readonly Stage[] {
  const stages: Stage[] = [];
  let fromIndex = 0;
  for (const share of shares) {
    const toIndex = Math.min(count, Math.ceil(count * share - TOLERANCE));
    if (toIndex <= fromIndex) continue;
    stages.push({ number: stages.length + 1, fromIndex, toIndex });
    fromIndex = toIndex;
  }
  return stages;
}
