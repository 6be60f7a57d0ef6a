import type { Reading } from '#shared/reading.ts';
import type { PatternSample, SampleSummary } from '#shared/snapshot.ts';

/** What the sampler knows of the keys, and the patterns that services declare. */
export interface SampleWatch {
  summary(): Reading<SampleSummary>;
  patterns(): ReadonlyMap<string, PatternSample>;
  /** Patterns that keys are matched with before anything is inferred. Known ones are ignored. */
  declare(patterns: readonly string[]): void;
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}
