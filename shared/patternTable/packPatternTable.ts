import type { ProbeRun } from '#shared/probe/probeResult.ts';
import { knownSteps } from '#shared/ratioText.ts';
import type { Estimate } from '#shared/statistics.ts';
import type { CoveredLookups } from '#shared/traffic/rangeTraffic.ts';
import type {
  Columns,
  EstimateColumns,
  MeasuredSteps,
  PatternTable,
  ProbedRows,
  Repeated,
  SampleColumns,
  TableRow,
  WorstColumns,
} from './patternTable.ts';

export interface TableFacts {
  /** Of the curves; null = there are none. */
  readonly sparkGrid: { readonly fromMs: number; readonly stepMs: number } | null;
  readonly probe: ProbeRun | null;
}

/** Rows as columns; `unpackRow` gives each row again. A sampled size is rounded to whole keys and bytes. */
export function packPatternTable(rows: readonly TableRow[], facts: TableFacts): PatternTable {
  return {
    pattern: rows.map(({ pattern }) => pattern),
    services: packRepeated(rows.map(({ services }) => services)),
    sources: packRepeated(rows.map(({ sources }) => sources)),
    traffic: {
      ...packLookups(rows.map(({ traffic }) => traffic)),
      loads: rows.map(({ traffic }) => traffic?.loads ?? 0),
      loadMs: rows.map(({ traffic }) => traffic?.loadMs ?? 0),
    },
    trafficReason: packRepeated(rows.map((row) => row.trafficReason)),
    before: rows.some(({ before }) => before !== null) ? packLookups(rows.map(({ before }) => before)) : null,
    worst: packWorst(rows),
    sparks: packSparks(rows, facts.sparkGrid),
    sample: packSample(rows),
    sampleReason: packRepeated(rows.map((row) => row.sampleReason)),
    told: rows.flatMap(({ told }, row) => (told === null ? [] : [{ row, size: told }])),
    probe: facts.probe === null ? null : packProbe(rows, facts.probe),
  };
}

function packRepeated<T>(all: readonly T[]): Repeated<T> {
  const values: T[] = [];
  const placeOf = new Map<string, number>();
  const places = all.map((value) => {
    const text = JSON.stringify(value);
    const known = placeOf.get(text);
    if (known !== undefined) return known;
    placeOf.set(text, values.length);
    return values.push(value) - 1;
  });
  return { values, places };
}

function packLookups(counts: readonly (CoveredLookups | null)[]): Columns<CoveredLookups> {
  return {
    hits: counts.map((row) => row?.hits ?? 0),
    misses: counts.map((row) => row?.misses ?? 0),
    coveredMs: counts.map((row) => row?.coveredMs ?? 0),
  };
}

function packWorst(rows: readonly TableRow[]): WorstColumns | null {
  if (rows.every(({ worst }) => worst === null)) return null;
  return {
    fromMs: rows.map(({ worst }) => worst?.fromMs ?? null),
    hits: rows.map(({ worst }) => worst?.hits ?? null),
    lookupCount: rows.map(({ worst }) => worst?.lookupCount ?? null),
  };
}

function packSparks(rows: readonly TableRow[], grid: TableFacts['sparkGrid']): PatternTable['sparks'] {
  const stepCount = rows.find(({ spark }) => spark !== null)?.spark?.length ?? 0;
  const known = rows.flatMap(({ spark }) => (spark === null ? [] : (knownSteps(spark) ?? [])));
  if (grid === null || known.length === 0) return null;
  const steps: MeasuredSteps = {
    ...grid,
    stepCount,
    first: known.reduce((least, { first }) => Math.min(least, first), stepCount),
    last: known.reduce((most, { last }) => Math.max(most, last), 0),
  };
  return { steps, text: rows.map(({ spark }) => (spark ?? '').padEnd(stepCount)).join('') };
}

function packSample(rows: readonly TableRow[]): SampleColumns | null {
  if (rows.every(({ sample }) => sample === null)) return null;
  return {
    keyCount: packEstimates(rows.map(({ sample }) => sample?.keyCount ?? null)),
    bytes: packEstimates(rows.map(({ sample }) => sample?.bytes ?? null)),
    sizeP95Bytes: rows.map(({ sample }) => sample?.sizeP95Bytes ?? null),
    ttlP50Ms: rows.map(({ sample }) => sample?.ttlP50Ms ?? null),
    noTtlCount: rows.map(({ sample }) => sample?.noTtlCount ?? 0),
    sampledCount: rows.map(({ sample }) => sample?.sampledCount ?? 0),
  };
}

function packEstimates(estimates: readonly (Estimate | null)[]): EstimateColumns {
  const bound = (of: (estimate: Estimate) => number) =>
    estimates.map((each) => (each === null || each.isExact ? null : Math.round(of(each))));
  return {
    value: estimates.map((each) => (each === null ? null : Math.round(each.value))),
    low: bound(({ low }) => low),
    high: bound(({ high }) => high),
  };
}

function packProbe(rows: readonly TableRow[], run: ProbeRun): ProbedRows {
  return { ...run, rows: rows.flatMap(({ probe }, row) => (probe === null ? [] : [{ row, ...probe }])) };
}
