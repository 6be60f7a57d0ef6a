import type { PatternList } from '#client/features/patterns/preparePatterns.ts';
import { packPatternTable } from '#shared/patternTable/packPatternTable.ts';
import type { TableRow } from '#shared/patternTable/patternTable.ts';
import { unknown } from '#shared/reading.ts';
import { exact } from '#shared/statistics.ts';

export const listNowMs = 1_800_000_000_000;

export interface RowFacts {
  readonly hits: number;
  readonly misses: number;
  readonly before?: { readonly hits: number; readonly misses: number };
}

/** Of the curves that rows of a test bring. */
const sparkGrid = { fromMs: listNowMs - 600_000, stepMs: 60_000 };

/** Traffic of a minute, each miss a load of 12 ms. */
function counts({ hits, misses }: { hits: number; misses: number }) {
  return { hits, misses, loads: misses, loadMs: misses * 12, coveredMs: 60_000 };
}

/** A row of the table; without facts, no metrics know the pattern. */
export function tableRow(pattern: string, facts: RowFacts | null, more: Partial<TableRow> = {}): TableRow {
  return {
    pattern,
    services: facts === null ? [] : ['catalog'],
    sources: facts === null ? [] : ['library'],
    traffic: facts === null ? null : counts(facts),
    trafficReason: facts === null ? 'No service exports look-ups of this pattern.' : '',
    before: facts?.before === undefined ? null : counts(facts.before),
    worst: null,
    spark: null,
    sample: {
      keyCount: exact(100),
      bytes: exact(10_240),
      sizeP95Bytes: 120,
      ttlP50Ms: 60_000,
      noTtlCount: 0,
      sampledCount: 100,
    },
    sampleReason: '',
    told: null,
    probe: null,
    ...more,
  };
}

/** What the server answers for these rows. */
export function patternList(rows: readonly TableRow[], more: Partial<PatternList> = {}): PatternList {
  const packed = packPatternTable(rows, { sparkGrid, probe: null });
  return {
    span: { fromMs: listNowMs - 3_600_000, toMs: listNowMs },
    before: { fromMs: listNowMs - 7_200_000, toMs: listNowMs - 3_600_000 },
    table: { ...packed, told: [...packed.told], probe: null },
    isPending: false,
    probe: null,
    sample: unknown('pending', 'The first sampling round has not ended yet.'),
    metricsSources: [],
    nodes: [{ id: '127.0.0.1:6379', ownLookupsPerSecond: 12.5 }],
    ...more,
  };
}
