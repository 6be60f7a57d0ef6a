import { compareProbe, type MetricsMeanwhile, type ProbeComparison } from '#shared/probe/compareProbe.ts';
import {
  type PatternProbe,
  type ProbeResult,
  probedAtMs,
  probeReadings,
  probeSource,
} from '#shared/probe/probeResult.ts';
import { type Known, known, type Reading, unknown } from '#shared/reading.ts';
import { NOT_SAMPLED, type PatternRow } from './derivePatternRows.ts';

export interface ProbedPatternRow extends PatternRow {
  /** What the last probe measured: a reading of its own, never added to that of the services. */
  readonly probe: Reading<PatternProbe>;
  /** It beside what the services' metrics counted about then. */
  readonly probeBeside: Reading<ProbeComparison>;
}

export interface ProbeFacts {
  readonly result: ProbeResult;
  /** What metrics counted while it ran, by pattern. */
  readonly meanwhile: ReadonlyMap<string, MetricsMeanwhile>;
}

const NOT_PROBED = unknown('notConfigured', 'It was not measured from Redis yet.');
const NOT_SEEN = unknown('notEnoughData', 'No key of this pattern was looked up while the last probe ran.');

/** The rows with the probe's reading of each; patterns that only the probe has seen get a row, too. Null = none ran yet. */
export function addProbe(rows: readonly PatternRow[], facts: ProbeFacts | null): readonly ProbedPatternRow[] {
  if (facts === null) return rows.map((row) => ({ ...row, probe: NOT_PROBED, probeBeside: NOT_PROBED }));
  const readings = probeReadings(facts.result);
  const seen = new Set(rows.map(({ pattern }) => pattern));
  const onlyProbed = [...readings.keys()].filter((pattern) => !seen.has(pattern)).map(emptyRow);
  return [...rows, ...onlyProbed].map((row) => {
    const probe = readings.get(row.pattern);
    if (probe === undefined) return { ...row, probe: NOT_SEEN, probeBeside: NOT_SEEN };
    return { ...row, probe, probeBeside: besideMetrics(probe, facts.meanwhile.get(row.pattern)) };
  });
}

function besideMetrics(
  probe: Known<PatternProbe>,
  metrics: MetricsMeanwhile | undefined,
): Reading<ProbeComparison> {
  if (metrics === undefined)
    return unknown('notConfigured', 'No metrics of a service counted this pattern while the probe ran.');
  const compared = compareProbe(probe.value, metrics);
  return compared === null
    ? unknown('notEnoughData', 'Too few look-ups while the probe ran to compare it with the metrics.')
    : known(compared, probe.atMs, 'metrics of the services');
}

/** Of a pattern that only the probe has seen. */
export const NOT_REPORTED = unknown('notConfigured', 'No service reports this pattern.');

function emptyRow(pattern: string): PatternRow {
  return {
    pattern,
    identity: 'pattern',
    isDeclared: false,
    sources: [],
    notAdded: [],
    services: [],
    traffic: NOT_REPORTED,
    before: null,
    extraMissesPerSecond: null,
    worst: null,
    spark: null,
    sample: NOT_SAMPLED,
    toldSize: null,
  };
}

/** The run as a whole, for the line above the table. */
export function describeProbe(result: ProbeResult) {
  const { jobId, attachedMs, endedEarly, notes } = result;
  return { jobId, attachedMs, endedEarly, notes, atMs: probedAtMs(result), source: probeSource(result) };
}
