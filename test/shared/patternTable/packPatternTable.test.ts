import { expect, test } from 'vitest';
import { packPatternTable } from '#shared/patternTable/packPatternTable.ts';
import type { TableRow } from '#shared/patternTable/patternTable.ts';
import {
  beforeAt,
  probedRows,
  repeatedAt,
  sampleAt,
  sparkAt,
  toldRows,
  trafficAt,
  worstAt,
} from '#shared/patternTable/readPatternTable.ts';
import { known } from '#shared/reading.ts';
import { exact } from '#shared/statistics.ts';

const facts = {
  sparkGrid: { fromMs: 1_000, stepMs: 10 },
  probe: { attachedMs: 10_000, atMs: 5_000, source: 'live probe' },
};

const full: TableRow = {
  pattern: 'product:{id}',
  services: ['catalog', 'web'],
  sources: ['library'],
  traffic: { hits: 90, misses: 10, loads: 9, loadMs: 100.5, coveredMs: 60_000 },
  trafficReason: '',
  before: { hits: 95, misses: 5, coveredMs: 50_000 },
  worst: { fromMs: 2_000, hits: 300, lookupCount: 1_000 },
  spark: ' ##\\"',
  sample: {
    keyCount: { value: 1_000, low: 900, high: 1_100, isExact: false },
    bytes: exact(10_240),
    sizeP95Bytes: 4_096,
    ttlP50Ms: 60_000,
    noTtlCount: 1,
    sampledCount: 7,
  },
  sampleReason: '',
  told: null,
  probe: {
    hits: 8,
    misses: 2,
    meanwhile: { hits: 80, misses: 20, lookupsPerSecond: 10, coveredMs: 10_000, isAtRedis: true },
  },
};

const empty: TableRow = {
  pattern: 'rl:{ip}',
  services: [],
  sources: [],
  traffic: null,
  trafficReason: 'No service reports it.',
  before: null,
  worst: null,
  spark: null,
  sample: null,
  sampleReason: 'No key is in the sample.',
  told: known({ keyCount: 12, bytes: null }, 7, 'redis_exporter'),
  probe: null,
};

/** All that can be read of a row again. */
function rowAt(table: ReturnType<typeof packPatternTable>, row: number): TableRow {
  return {
    pattern: table.pattern[row] ?? '',
    services: repeatedAt(table.services, row, []),
    sources: repeatedAt(table.sources, row, []),
    traffic: trafficAt(table, row),
    trafficReason: repeatedAt(table.trafficReason, row, 'none'),
    before: beforeAt(table, row),
    worst: worstAt(table, row),
    spark: sparkAt(table, row),
    sample: sampleAt(table, row),
    sampleReason: repeatedAt(table.sampleReason, row, 'none'),
    told: toldRows(table).get(row) ?? null,
    probe: probedRows(table).get(row) ?? null,
  };
}

test.each([
  ['known beside unknown', [full, empty]],
  ['only unknown', [empty, { ...empty, pattern: 'other' }]],
  ['only known', [full, { ...full, pattern: 'other', services: [] }]],
  [
    'no bytes, no TTL',
    [{ ...full, sample: full.sample && { ...full.sample, bytes: null, sizeP95Bytes: null, ttlP50Ms: null } }],
  ],
  ['no rows', []],
])('gives every row again over the wire: %s', (_case, rows: readonly TableRow[]) => {
  const table: ReturnType<typeof packPatternTable> = JSON.parse(
    JSON.stringify(packPatternTable(rows, facts)),
  );
  expect(table.pattern.map((_, row) => rowAt(table, row))).toEqual(rows);
});

test('tells in which steps any row was measured', () => {
  const late = { ...full, spark: '   # ' };
  expect(packPatternTable([empty, late], facts).sparks?.steps).toEqual({
    fromMs: 1_000,
    stepMs: 10,
    stepCount: 5,
    first: 3,
    last: 3,
  });
  expect(packPatternTable([empty], facts).sparks).toBeNull();
});

test('a row measured without look-ups is not one that was not measured', () => {
  const idle = { ...full, traffic: { hits: 0, misses: 0, loads: 0, loadMs: 0, coveredMs: 10_000 } };
  const table = packPatternTable([idle, empty], facts);
  expect([trafficAt(table, 0)?.hits, trafficAt(table, 1)]).toEqual([0, null]);
});

test('says what many rows share once', () => {
  const table = packPatternTable([full, { ...full, services: ['catalog', 'web'] }, empty], facts);
  expect(table.services).toEqual({ values: [['catalog', 'web'], []], places: [0, 0, 1] });
});

test('rounds a sampled size to whole keys', () => {
  const sample = full.sample && {
    ...full.sample,
    keyCount: { value: 10.4, low: 2.6, high: 30.5, isExact: false },
  };
  const table = packPatternTable([{ ...full, sample }], facts);
  expect(sampleAt(table, 0)?.keyCount).toEqual({ value: 10, low: 3, high: 31, isExact: false });
});
