import { expect, test } from 'vitest';
import { addProbe } from '#server/api/patterns/addProbe.ts';
import type { ProbeResult } from '#shared/probe/probeResult.ts';
import { unknown } from '#shared/reading.ts';
import { patternRow } from '#test/client/features/patterns/detail/patternRow.ts';

const result: ProbeResult = {
  jobId: 'job-1',
  schedule: 'window10s',
  windows: [{ fromMs: 0, toMs: 10_000 }],
  attachedMs: 10_000,
  endedEarly: '',
  patterns: [
    { pattern: 'product:{id}', hits: 600, misses: 400 },
    { pattern: 'secret:{id}', hits: 300, misses: 0 },
    { pattern: 'few:{id}', hits: 3, misses: 0 },
  ],
  notes: [],
};
const metrics = { hits: 4_800, misses: 1_200, lookupsPerSecond: 100, coveredMs: 60_000, isAtRedis: false };
const rows = ['product:{id}', 'few:{id}', 'idle:{id}'].map((pattern) => patternRow(pattern, null));

function rowOf(pattern: string) {
  const meanwhile = new Map([
    ['product:{id}', metrics],
    ['few:{id}', metrics],
  ]);
  const found = addProbe(rows, { result, meanwhile }).find((row) => row.pattern === pattern);
  if (found === undefined) throw new Error(`no row ${pattern}`);
  return found;
}

test('sets the probe beside the metrics of then', () => {
  expect(rowOf('product:{id}')).toMatchObject({
    probe: { state: 'known', from: 'live probe, 10 s', atMs: 10_000 },
    probeBeside: { state: 'known', value: { verdict: 'otherRate' } },
  });
});

test('gives a pattern that only the probe has seen a row, and says that no metrics count it', () => {
  expect(rowOf('secret:{id}')).toMatchObject({
    probe: { state: 'known' },
    traffic: { state: 'unknown' },
    probeBeside: { state: 'unknown', reason: 'notConfigured' },
  });
});

test('says when too few look-ups were seen to compare, or none', () => {
  expect(rowOf('few:{id}').probeBeside).toMatchObject({ reason: 'notEnoughData' });
  expect(rowOf('idle:{id}').probe).toMatchObject({ state: 'unknown', reason: 'notEnoughData' });
});

test('without a probe there is none', () => {
  expect(addProbe(rows, null)[0]?.probe).toEqual(
    unknown('notConfigured', 'It was not measured from Redis yet.'),
  );
});
