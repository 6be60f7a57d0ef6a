import {
  type PatternProbe,
  type ProbeResult,
  probedAtMs,
  probeReadings,
  probeSource,
} from '#shared/probe/probeResult.ts';
import type { Reading } from '#shared/reading.ts';
import { unknown } from '#shared/reading.ts';
import type { PatternRow } from './derivePatternRows.ts';

export interface ProbedPatternRow extends PatternRow {
  /** What the last probe measured: a reading of its own, never added to that of the services. */
  readonly probe: Reading<PatternProbe>;
}

/** The rows with the probe's reading of each; patterns that only the probe has seen get a row, too. */
export function addProbe(
  rows: readonly PatternRow[],
  result: ProbeResult | null,
): readonly ProbedPatternRow[] {
  const none = unknown('notConfigured', 'It was not measured from Redis yet.');
  if (result === null) return rows.map((row) => ({ ...row, probe: none }));
  const readings = probeReadings(result);
  const unseen = unknown('notEnoughData', 'No key of this pattern was looked up while the last probe ran.');
  const known = new Set(rows.map(({ pattern }) => pattern));
  return [
    ...rows.map((row) => ({ ...row, probe: readings.get(row.pattern) ?? unseen })),
    ...[...readings].flatMap(([pattern, probe]) =>
      known.has(pattern) ? [] : [{ ...emptyRow(pattern), probe }],
    ),
  ];
}

function emptyRow(pattern: string): PatternRow {
  return {
    pattern,
    identity: 'pattern',
    isDeclared: false,
    sources: [],
    notAdded: [],
    services: [],
    traffic: unknown('notConfigured', 'No service reports this pattern.'),
    before: null,
    extraMissesPerSecond: null,
    worst: null,
    spark: null,
    sample: unknown('notEnoughData', 'No key of this pattern is in the last sample.'),
  };
}

/** The run as a whole, for the line above the table. */
export function describeProbe(result: ProbeResult) {
  const { jobId, attachedMs, endedEarly, notes } = result;
  return { jobId, attachedMs, endedEarly, notes, atMs: probedAtMs(result), source: probeSource(result) };
}
