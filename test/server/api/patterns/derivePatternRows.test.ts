import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { derivePatternRows } from '#server/api/patterns/derivePatternRows.ts';
import { gatherPatterns } from '#server/api/patterns/gatherPatterns.ts';
import type { HistoryStore } from '#server/history/historyStore.ts';
import { openSqliteHistory } from '#server/history/sqlite/openSqliteHistory.ts';
import { unpackRatios } from '#shared/ratioText.ts';

const TARGET = 'default';
const START_MS = Date.UTC(2026, 2, 2);
const STEP_MS = 10_000;
const span = { fromMs: START_MS, toMs: START_MS + 60 * STEP_MS };
const before = { fromMs: START_MS - 60 * STEP_MS, toMs: START_MS };

let directory: string;
let history: HistoryStore;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cachescope-rows-'));
  history = openSqliteHistory({ directory, clock: () => span.toMs, log: () => {} });
});
afterEach(() => {
  history.close();
  rmSync(directory, { recursive: true, force: true });
});

function record(step: number, pattern: string, misses: number): void {
  const point = { pattern, hits: 0, misses, loads: 0, loadMs: 0, puts: 0 };
  history.recordTraffic(TARGET, START_MS + step * STEP_MS, [point]);
}

function rowOf(pattern: string) {
  const snapshot = { targetId: TARGET, patterns: [] };
  const { patterns } = gatherPatterns({ snapshot, history, span, before, sparkPoints: 60 });
  return derivePatternRows(patterns).find((row) => row.pattern === pattern);
}

test('rates are over the time in which the pattern was measured, and dated to its last step', () => {
  for (let step = 0; step < 60; step += 1) record(step, 'alive', 10);
  for (let step = 0; step < 6; step += 1) record(step, 'dead', 10);
  expect(rowOf('dead')?.traffic).toMatchObject({
    state: 'known',
    atMs: START_MS + 6 * STEP_MS,
    value: { missesPerSecond: 1 },
  });
  expect(unpackRatios(rowOf('dead')?.spark ?? '').slice(5, 7)).toEqual([0, null]);
  expect(rowOf('alive')?.traffic).toMatchObject({ atMs: span.toMs, value: { missesPerSecond: 1 } });
});

test('an idle pattern that was measured makes no look-ups, and its hit rate is not known', () => {
  record(0, 'idle', 0);
  expect(rowOf('idle')?.traffic).toMatchObject({ state: 'known', value: { lookupsPerSecond: 0, hit: null } });
});

test('is not compared with a span in which only other patterns were measured', () => {
  record(-5, 'other', 10);
  record(0, 'product', 10);
  expect(rowOf('product')).toMatchObject({ before: null, extraMissesPerSecond: null });
});
