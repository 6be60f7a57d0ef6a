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

/** The probe's reading of each pattern that was looked up in its windows. */
export function probeReadings(result: ProbeResult): ReadonlyMap<string, Known<PatternProbe>> {
  return new Map(
    result.patterns.flatMap(({ pattern, hits, misses }) => {
      const hit = wilson(hits, hits + misses);
      if (hit === null || result.attachedMs <= 0) return [];
      const lookupsPerSecond = (hits + misses) / (result.attachedMs / 1_000);
      const value = { hits, misses, hit, lookupsPerSecond, attachedMs: result.attachedMs };
      return [[pattern, known(value, probedAtMs(result), probeSource(result))] as const];
    }),
  );
}
