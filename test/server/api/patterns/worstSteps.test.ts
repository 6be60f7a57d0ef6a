import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { worstSteps } from '#server/api/patterns/worstSteps.ts';
import type { HistoryStore } from '#server/history/historyStore.ts';
import { openSqliteHistory } from '#server/history/sqlite/openSqliteHistory.ts';
import { wilson } from '#shared/statistics.ts';

const TARGET = 'default';
const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 2, 2);

let directory: string;
let history: HistoryStore;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cachescope-worst-'));
  history = openSqliteHistory({ directory, clock: () => START_MS + 24 * HOUR_MS, log: () => {} });
});
afterEach(() => {
  history.close();
  rmSync(directory, { recursive: true, force: true });
});

function record(hour: number, hits: number, misses: number): void {
  const point = { pattern: 'a', hits, misses, loads: 0, loadMs: 0, puts: 0 };
  history.recordTraffic(TARGET, START_MS + hour * HOUR_MS, [point]);
}

function worstOf(hours: number) {
  return worstSteps(history, TARGET, { fromMs: START_MS, toMs: START_MS + hours * HOUR_MS }).get('a');
}

test('is the hour with the lowest share of hits, with its interval', () => {
  record(0, 900, 100);
  record(3, 500, 500);
  record(5, 800, 200);
  expect(worstOf(24)).toEqual({
    fromMs: START_MS + 3 * HOUR_MS,
    stepMs: HOUR_MS,
    hit: wilson(500, 1_000),
    hits: 500,
    lookupCount: 1_000,
  });
});

test('an hour of few look-ups is not the worst, however bad', () => {
  record(0, 900, 100);
  record(1, 0, 199);
  expect(worstOf(24)?.fromMs).toBe(START_MS);
});

test('there is none within one hour, nor without enough look-ups', () => {
  record(0, 100, 99);
  expect(worstOf(24)).toBeUndefined();
  record(0, 900, 100);
  expect(worstOf(1)).toBeUndefined();
});
