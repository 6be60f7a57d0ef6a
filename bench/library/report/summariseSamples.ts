import { medianOf } from '#bench/medianOf.ts';
import type { Figures } from '../measurement.ts';

/** Median of each figure over the samples; null without a sample. */
export function summariseSamples(samples: readonly Figures[]): Figures | null {
  const [first] = samples;
  if (first === undefined) return null;
  return Object.fromEntries(
    Object.keys(first).map((name) => [
      name,
      medianOf(samples.flatMap((figures) => (figures[name] === undefined ? [] : [figures[name]]))),
    ]),
  );
}
