import type { SampledKey } from '#server/sources/deriveSample.ts';
import type { Reading } from '#shared/reading.ts';
import type { PatternSample, SampleSummary } from '#shared/snapshot.ts';

/** What the sampler knows of the keys, and the patterns that services declare. */
export interface SampleWatch {
  summary(): Reading<SampleSummary>;
  patterns(): ReadonlyMap<string, PatternSample>;
  /** Keys of one pattern that were sampled lately; may name a key twice. */
  keysOf(pattern: string): readonly SampledKey[];
  /** Patterns that keys are matched with before anything is inferred. Known ones are ignored. */
  declare(patterns: readonly string[]): void;
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}
