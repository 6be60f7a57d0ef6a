import { type Proportion, wilson } from '#shared/statistics.ts';
import type { InvalidationAnswer } from './invalidationModel.ts';

/** Entries of one age that were compared with their source since the instances began. */
export interface DriftClass {
  readonly ageClass: string;
  readonly label: string;
  readonly comparedCount: number;
  readonly driftedCount: number;
  readonly share: Proportion | null;
}

const labels: ReadonlyMap<string, string> = new Map([
  ['1m', 'up to 1 min'],
  ['10m', 'up to 10 min'],
  ['1h', 'up to 1 h'],
  ['1d', 'up to 1 d'],
  ['older', 'older'],
  ['unknown', 'age not known'],
]);

/** What counts as compared; those that changed meanwhile or could not be asked of the source say nothing. */
const compared = ['same', 'drifted', 'repaired'];
const drifted = ['drifted', 'repaired'];

/** The young first; ages of which nothing was compared are left out. */
export function prepareDrift(verified: InvalidationAnswer['verified']): readonly DriftClass[] {
  return [...labels].flatMap(([ageClass, label]) => {
    const sum = (results: readonly string[]) =>
      verified
        .filter((one) => one.ageClass === ageClass && results.includes(one.result))
        .reduce((total, { count }) => total + count, 0);
    const comparedCount = sum(compared);
    const driftedCount = sum(drifted);
    if (comparedCount === 0) return [];
    return [{ ageClass, label, comparedCount, driftedCount, share: wilson(driftedCount, comparedCount) }];
  });
}
