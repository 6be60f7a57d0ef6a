import { expect, test } from 'vitest';
import { deriveTableRows, isAnyPending } from '#server/api/patterns/deriveTableRows.ts';
import type { PatternFacts } from '#server/api/patterns/gatherPatterns.ts';
import { unknown } from '#shared/reading.ts';
import type { PatternSnapshot } from '#shared/snapshot.ts';

const counts = { hits: 90, misses: 10, loads: 10, loadMs: 120, puts: 10, coveredMs: 60_000 };

function facts(pattern: string, more: Partial<PatternFacts> = {}): PatternFacts {
  const nothing = { live: undefined, total: undefined, past: undefined, worst: null, spark: null };
  return { pattern, ...nothing, measuredAtMs: 0, ...more };
}

function live(traffic: PatternSnapshot['traffic']): PatternSnapshot {
  const sample = unknown('pending', 'The first sampling round has not ended yet.');
  return { pattern: 'a', identity: 'pattern', isDeclared: false, traffic, sample, toldSize: null };
}

const meanwhile = { hits: 80, misses: 20, lookupsPerSecond: 10, coveredMs: 10_000, isAtRedis: true };

const result = {
  jobId: 'job',
  schedule: 'window10s',
  windows: [{ fromMs: 0, toMs: 10_000 }],
  attachedMs: 10_000,
  endedEarly: '',
  notes: [],
  patterns: [
    { pattern: 'a', hits: 8, misses: 2 },
    { pattern: 'seen only by the probe', hits: 1, misses: 1 },
  ],
} as const;

const probe = { result, meanwhile: new Map([['a', meanwhile]]) };

test('a pattern that was not measured has no counts, and says why', () => {
  const told = unknown('notConfigured', 'No service exports look-ups of this pattern.');
  const [row, unheard, dead] = deriveTableRows(
    [
      facts('a', { live: live(told) }),
      facts('b'),
      facts('c', { total: { ...counts, coveredMs: 0 }, past: { ...counts, coveredMs: 0 } }),
    ],
    null,
  );
  expect(row).toMatchObject({ traffic: null, trafficReason: told.detail, sample: null });
  expect(row?.sampleReason).toContain('has not ended');
  expect(unheard).toMatchObject({ traffic: null, trafficReason: 'It was not measured in this range.' });
  expect(dead).toMatchObject({ traffic: null, before: null });
});

test('a pattern that was measured has its counts, and those of the span before', () => {
  const [row] = deriveTableRows([facts('a', { total: counts, past: { ...counts, hits: 50 } })], null);
  expect(row).toMatchObject({ traffic: counts, trafficReason: '', before: { hits: 50 }, probe: null });
});

test('what the probe saw stands in its row, and what only it saw in a row of its own', () => {
  const rows = deriveTableRows([facts('b'), facts('a', { total: counts })], probe);
  expect(rows.map((row) => [row.pattern, row.probe])).toEqual([
    ['b', null],
    ['a', { hits: 8, misses: 2, meanwhile }],
    ['seen only by the probe', { hits: 1, misses: 1, meanwhile: null }],
  ]);
  expect(rows[2]).toMatchObject({ traffic: null, sample: null });
});

test.each([
  ['the first sample', unknown('pending', ''), [facts('a', { total: counts })], true],
  [
    'the first reading of one pattern',
    unknown('failed', ''),
    [facts('a', { live: live(unknown('pending', '')) })],
    true,
  ],
  [
    'nothing',
    unknown('failed', ''),
    [facts('a', { total: counts, live: live(unknown('pending', '')) })],
    false,
  ],
])('waits for %s', (_what, sample, patterns, isPending) => {
  expect(isAnyPending(sample, patterns)).toBe(isPending);
});
