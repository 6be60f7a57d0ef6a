import type { TableRow, TableSample } from '#shared/patternTable/patternTable.ts';
import type { Reading } from '#shared/reading.ts';
import type { PatternSnapshot, Snapshot } from '#shared/snapshot.ts';
import { NOT_REPORTED, type ProbeFacts } from './addProbe.ts';
import { NOT_SAMPLED, sampleOf, toldTraffic, unknownTraffic } from './derivePatternRows.ts';
import type { PatternFacts } from './gatherPatterns.ts';

/** What the page's table shows of each pattern, those that only the probe has seen at the end. */
export function deriveTableRows(
  patterns: readonly PatternFacts[],
  probe: ProbeFacts | null,
): readonly TableRow[] {
  const unplaced = new Map(
    probe?.result.patterns.map(({ pattern, hits, misses }) => {
      const meanwhile = probe.meanwhile.get(pattern) ?? null;
      return [pattern, { hits, misses, meanwhile }] as const;
    }),
  );
  const rows = patterns.map((facts) => {
    const probed = unplaced.get(facts.pattern) ?? null;
    unplaced.delete(facts.pattern);
    return tableRow(facts, probed);
  });
  return [...rows, ...[...unplaced].map(([pattern, counts]) => probedRow(pattern, counts))];
}

/** True while the first readings of anything are not in: the page then asks again soon. */
export function isAnyPending(sample: Snapshot['sample'], patterns: readonly PatternFacts[]): boolean {
  return (
    isPending(sample) ||
    patterns.some(({ live, total }) => total === undefined && isPending(unknownTraffic(live)))
  );
}

function isPending(reading: Reading<unknown>): boolean {
  return reading.state === 'unknown' && reading.reason === 'pending';
}

function tableRow(facts: PatternFacts, probe: TableRow['probe']): TableRow {
  const { pattern, live, total, past, spark, worst } = facts;
  const { services, sources } = toldTraffic(live);
  const isMeasured = total !== undefined && total.coveredMs > 0;
  const sample = sampleOf(live);
  return {
    pattern,
    services,
    sources,
    traffic: isMeasured ? total : null,
    trafficReason: isMeasured ? '' : unknownTraffic(live).detail,
    before: past !== undefined && past.coveredMs > 0 ? past : null,
    worst,
    spark,
    sample: sample.state === 'known' ? tableSample(sample.value) : null,
    sampleReason: sample.state === 'known' ? '' : sample.detail,
    told: sample.state === 'known' ? null : (live?.toldSize ?? null),
    probe,
  };
}

function probedRow(pattern: string, probe: TableRow['probe']): TableRow {
  const { detail: sampleReason } = NOT_SAMPLED;
  const nothing = {
    services: [],
    sources: [],
    traffic: null,
    before: null,
    worst: null,
    spark: null,
    sample: null,
    told: null,
  };
  return { pattern, ...nothing, trafficReason: NOT_REPORTED.detail, sampleReason, probe };
}

type KnownSample = Extract<PatternSnapshot['sample'], { readonly state: 'known' }>['value'];

function tableSample({ keyCount, bytes, sizes, ttl }: KnownSample): TableSample {
  const { p50Ms: ttlP50Ms, noTtlCount, sampledCount } = ttl;
  return { keyCount, bytes, sizeP95Bytes: sizes.p95Bytes, ttlP50Ms, noTtlCount, sampledCount };
}
