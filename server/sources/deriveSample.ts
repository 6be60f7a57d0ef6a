import type { PatternSample, SampleSummary } from '#shared/snapshot.ts';
import { type Estimate, exact, wilson } from '#shared/statistics.ts';
import {
  deriveBytes,
  deriveForecast,
  deriveSizeDistribution,
  deriveTtlDistribution,
} from './deriveSampleParts.ts';

/** One sampled key. `text` is as `formatKey` writes it, cut when the key is very long. */
export interface SampledKey {
  readonly text: string;
  /** Null = no expiry. */
  readonly ttlMs: number | null;
  readonly readAtMs: number;
  readonly type: string;
  /** Null = MEMORY USAGE did not answer. */
  readonly bytes: number | null;
}

/** Keys that were read in one round, each once, and the DBSIZE they stand for. */
export interface SampledKeys {
  readonly keys: readonly SampledKey[];
  readonly keyCount: number;
}

export interface SampleInput extends SampledKeys {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Every key was read. */
  readonly isComplete: boolean;
  /** Rounds before this one; only rare patterns are looked up in them. */
  readonly earlier: readonly SampledKeys[];
  readonly patternOf: (keyText: string) => string;
}

export interface Sample {
  readonly summary: SampleSummary;
  readonly patterns: ReadonlyMap<string, PatternSample>;
}

/**
 * Patterns with fewer keys than this in a round are estimated from all kept rounds: with fewer the 95 % interval is wider
 * than the number itself, and the row would come and go from one minute to the next. Patterns above it, where a
 * change must show at once, are of this round alone.
 */
export const RARE_SAMPLE_COUNT = 10;
const EXAMPLE_COUNT = 5;
const LARGEST_COUNT = 5;
const FORECAST_10S = { stepMs: 10_000, stepCount: 60 } as const;
const FORECAST_1MIN = { stepMs: 60_000, stepCount: 120 } as const;

/** What a round says of each pattern and of all keys. Shares and counts carry the 95 % interval that the sample allows. */
export function deriveSample(input: SampleInput): Sample {
  const byPattern = groupByPattern(input.keys, input.patternOf);
  const patterns = new Map<string, PatternSample>();
  for (const [pattern, keys] of byPattern) {
    if (input.isComplete || keys.length >= RARE_SAMPLE_COUNT)
      patterns.set(pattern, samplePattern(keys, input));
  }
  if (!input.isComplete)
    for (const [pattern, sample] of rarePatterns(byPattern, input)) patterns.set(pattern, sample);
  return { summary: summarise(input, byPattern), patterns };
}

function groupByPattern(
  keys: readonly SampledKey[],
  patternOf: (keyText: string) => string,
): Map<string, SampledKey[]> {
  const groups = new Map<string, SampledKey[]>();
  for (const key of keys) {
    const pattern = patternOf(key.text);
    const group = groups.get(pattern);
    if (group === undefined) groups.set(pattern, [key]);
    else group.push(key);
  }
  return groups;
}

/** The sample that a pattern's keys were found in: how many keys were looked at, of how many. */
interface Basis {
  readonly sampledCount: number;
  readonly keyCount: number;
  readonly isComplete: boolean;
  /** The end of the round, which forecasts start at. */
  readonly endedAtMs: number;
}

function samplePattern(keys: readonly SampledKey[], input: SampleInput): PatternSample {
  return describe(keys, {
    sampledCount: input.keys.length,
    keyCount: input.keyCount,
    isComplete: input.isComplete,
    endedAtMs: input.endedAtMs,
  });
}

function rarePatterns(
  byPattern: ReadonlyMap<string, readonly SampledKey[]>,
  input: SampleInput,
): Map<string, PatternSample> {
  const pooled = new Map<string, SampledKey[]>();
  for (const { keys } of [input, ...input.earlier]) {
    for (const [pattern, group] of groupByPattern(keys, input.patternOf)) {
      if ((byPattern.get(pattern)?.length ?? 0) >= RARE_SAMPLE_COUNT) continue;
      pooled.set(pattern, [...(pooled.get(pattern) ?? []), ...group]);
    }
  }
  const sampledCount = input.earlier.reduce((sum, { keys }) => sum + keys.length, input.keys.length);
  const { keyCount, endedAtMs } = input;
  const basis = { sampledCount, keyCount, isComplete: false, endedAtMs };
  return new Map([...pooled].map(([pattern, keys]) => [pattern, describe(keys, basis)] as const));
}

function describe(keys: readonly SampledKey[], basis: Basis): PatternSample {
  return {
    sampledCount: keys.length,
    keyCount: estimateKeys(keys.length, basis),
    bytes: deriveBytes(keys, basis),
    sizes: deriveSizeDistribution(keys),
    types: typesOf(keys),
    ttl: deriveTtlDistribution(keys),
    ...forecasts(keys, basis),
    examples: [...new Set(keys.slice(0, EXAMPLE_COUNT).map(({ text }) => text))],
    largest: largestOf(keys),
  };
}

/** Pooled rounds may hold a key twice: each is then worth less, and the scale says so. */
function forecasts(keys: readonly SampledKey[], { sampledCount, keyCount, isComplete, endedAtMs }: Basis) {
  const keysPerSample = isComplete || sampledCount === 0 ? 1 : keyCount / sampledCount;
  const steps = { fromMs: endedAtMs, keysPerSample, isExact: isComplete };
  return {
    forecast10s: deriveForecast(keys, { ...steps, ...FORECAST_10S }),
    forecast1min: deriveForecast(keys, { ...steps, ...FORECAST_1MIN }),
  };
}

function estimateKeys(found: number, { sampledCount, keyCount, isComplete }: Basis): Estimate {
  if (isComplete) return exact(found);
  const estimate = wilson(found, sampledCount);
  if (estimate === null) return exact(0);
  // Pooled rounds may hold more keys than there are: that makes the estimate better, not exact.
  return {
    value: estimate.ratio * keyCount,
    low: estimate.low * keyCount,
    high: estimate.high * keyCount,
    isExact: false,
  };
}

function typesOf(keys: readonly SampledKey[]): string[] {
  const counts = new Map<string, number>();
  for (const { type } of keys) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].sort((left, right) => right[1] - left[1]).map(([type]) => type);
}

function largestOf(keys: readonly SampledKey[]): { key: string; bytes: number }[] {
  const largest = new Map<string, number>();
  let floor = 0;
  for (const { text, bytes } of keys) {
    if (bytes === null || (largest.size >= LARGEST_COUNT && bytes <= floor)) continue;
    largest.set(text, Math.max(bytes, largest.get(text) ?? 0));
    const kept = [...largest].sort((left, right) => right[1] - left[1]);
    const last = kept[LARGEST_COUNT];
    if (last !== undefined) largest.delete(last[0]);
    floor = kept[LARGEST_COUNT - 1]?.[1] ?? 0;
  }
  return [...largest].sort((left, right) => right[1] - left[1]).map(([key, bytes]) => ({ key, bytes }));
}

function summarise(input: SampleInput, byPattern: ReadonlyMap<string, readonly SampledKey[]>): SampleSummary {
  const { keys, isComplete, startedAtMs, endedAtMs } = input;
  const sampledCount = keys.length;
  // After a complete pass what was read is the truth; DBSIZE also counts keys that expired before they were looked at.
  const keyCount = isComplete ? sampledCount : input.keyCount;
  const basis = { sampledCount, keyCount, isComplete, endedAtMs };
  return {
    startedAtMs,
    endedAtMs,
    sampledCount,
    keyCount,
    isComplete,
    patternCount: byPattern.size,
    ttl: deriveTtlDistribution(keys),
    ...forecasts(keys, basis),
    bytes: deriveBytes(keys, basis),
    shareErrorPoints: isComplete ? 0 : largestShareError(byPattern, sampledCount),
  };
}

/** Half the widest 95 % interval among the patterns' shares, points. */
function largestShareError(
  byPattern: ReadonlyMap<string, readonly SampledKey[]>,
  sampledCount: number,
): number {
  let widest = 0;
  for (const keys of byPattern.values()) {
    const share = wilson(keys.length, sampledCount);
    if (share !== null) widest = Math.max(widest, share.high - share.low);
  }
  return (widest / 2) * 100;
}
