import type { LookupCounts } from '#shared/lookups.ts';
import { type Known, known } from '#shared/reading.ts';
import { type Proportion, wilson } from '#shared/statistics.ts';
import { type ProbeScheduleId, probeScheduleTexts } from './probeSchedule.ts';

/** Hit rate by pattern as one run of the probe measured it. Counts are of what came by while MONITOR was attached. */
export interface ProbeResult {
  readonly jobId: string;
  readonly schedule: ProbeScheduleId;
  /** When MONITOR was attached, ms since the epoch by the server's clock; one a burst. */
  readonly windows: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Sum of the windows. Less than the schedule's when it was stopped. */
  readonly attachedMs: number;
  /** Why it ended early; empty when it did not. */
  readonly endedEarly: string;
  readonly patterns: readonly ({ readonly pattern: string } & LookupCounts)[];
  /** What a reader of the numbers should know: own look-ups that could not be told apart, misses without a look-up. */
  readonly notes: readonly string[];
}

/** One pattern of it. Never added to what the services' metrics say: both may have counted the same look-ups. */
export interface PatternProbe extends LookupCounts {
  readonly hit: Proportion;
  readonly lookupsPerSecond: number;
  readonly attachedMs: number;
}

/** When it ended. */
export function probedAtMs({ windows }: ProbeResult): number {
  return windows.at(-1)?.toMs ?? 0;
}

/** Where its numbers are from, such as `live probe, 10 s`. */
export function probeSource({ schedule }: ProbeResult): string {
  return `live probe, ${probeScheduleTexts[schedule]}`;
}

/** What all readings of one run share. */
export interface ProbeRun {
  readonly attachedMs: number;
  readonly atMs: number;
  readonly source: string;
}

export function probeRun(result: ProbeResult): ProbeRun {
  return { attachedMs: result.attachedMs, atMs: probedAtMs(result), source: probeSource(result) };
}

/** The reading of one pattern; null when it was not looked up, or never attached. */
export function probeReading({ hits, misses }: LookupCounts, run: ProbeRun): Known<PatternProbe> | null {
  const { attachedMs, atMs, source } = run;
  const hit = wilson(hits, hits + misses);
  if (hit === null || attachedMs <= 0) return null;
  const lookupsPerSecond = (hits + misses) / (attachedMs / 1_000);
  return known({ hits, misses, hit, lookupsPerSecond, attachedMs }, atMs, source);
}

/** The probe's reading of each pattern that was looked up in its windows. */
export function probeReadings(result: ProbeResult): ReadonlyMap<string, Known<PatternProbe>> {
  const run = probeRun(result);
  return new Map(
    result.patterns.flatMap(({ pattern, ...counts }) => {
      const reading = probeReading(counts, run);
      return reading === null ? [] : [[pattern, reading] as const];
    }),
  );
}
