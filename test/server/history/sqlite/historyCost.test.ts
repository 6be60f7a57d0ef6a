import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HistoryStore, TrafficPoint } from '#server/history/historyStore.ts';
import { openSqliteHistory } from '#server/history/sqlite/openSqliteHistory.ts';
import { TTL_BOUNDS_SECONDS } from '#shared/histogram/ttlHistogram.ts';

const TARGET = 'default';
const START_MS = Date.UTC(2026, 2, 2);
const STEP_MS = 10_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let directory: string;
let nowMs: number;
let history: HistoryStore;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cachescope-history-'));
  nowMs = START_MS;
  history = openSqliteHistory({ directory, clock: () => nowMs, log: () => {} });
});
afterEach(() => {
  history.close();
  rmSync(directory, { recursive: true, force: true });
});

function record(patternCount: number): void {
  const step = nowMs / STEP_MS;
  recordEach(patternCount, (index) => ({
    hits: 100 + ((index * 7 + step) % 900),
    misses: (index + step) % 40,
    loads: (index + step) % 40,
    loadMs: ((index + step) % 40) * 3.37,
    puts: (index + step) % 40,
  }));
}

function recordIdle(patternCount: number): void {
  recordEach(patternCount, () => ({ hits: 0, misses: 0, loads: 0, loadMs: 0, puts: 0 }));
}

function recordEach(patternCount: number, counts: (index: number) => Omit<TrafficPoint, 'pattern'>): void {
  history.recordTraffic(
    TARGET,
    nowMs,
    Array.from({ length: patternCount }, (_, index) => ({
      pattern: `shop:family${index}:{id}`,
      ...counts(index),
    })),
  );
}

function rowCounts(): Record<string, number> {
  using db = new DatabaseSync(join(directory, 'history.sqlite'), { readOnly: true });
  return Object.fromEntries(
    ['traffic_10s', 'traffic_minute', 'traffic_hour', 'traffic_day', 'total_10s', 'series', 'mark'].map(
      (table) => [table, Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n)],
    ),
  );
}

/** Bytes of a table, as whole pages. */
function pagesOf(table: string): number {
  sizeOnDisk();
  using db = new DatabaseSync(join(directory, 'history.sqlite'), { readOnly: true });
  const bytes = db.prepare('SELECT sum(pgsize) AS bytes FROM dbstat WHERE name = ?').get(table)?.bytes;
  return Number(bytes);
}

function sizeOnDisk(): number {
  history.close();
  const { size } = statSync(join(directory, 'history.sqlite'));
  history = openSqliteHistory({ directory, clock: () => nowMs, log: () => {} });
  return size;
}

// The bands are those of docs/guides/history.md.
test.each([
  { kind: 'busy', kilobytes: 300, write: record },
  { kind: 'idle', kilobytes: 215, write: recordIdle },
])('a pattern that is $kind takes about $kilobytes KB for its first day', ({ kilobytes, write }) => {
  const patternCount = 50;
  const emptyBytes = sizeOnDisk();
  for (; nowMs < START_MS + 2 * HOUR_MS; nowMs += STEP_MS) write(patternCount);
  const bytesPerPatternDay = ((sizeOnDisk() - emptyBytes) / patternCount) * 12;
  expect(bytesPerPatternDay).toBeGreaterThan(kilobytes * 900);
  expect(bytesPerPatternDay).toBeLessThan(kilobytes * 1_100);
});

test('an origin that is busy takes about 0.2 MB, and a TTL histogram about 30 KB in its 32 days', () => {
  const count = 50;
  const emptyBytes = sizeOnDisk();
  const end = START_MS + 6 * HOUR_MS;
  for (; nowMs < end; nowMs += MINUTE_MS) {
    recordEach(count, (index) => ({
      ...{ hits: 1_000 + index, misses: 40, loads: 40, loadMs: 131.7, puts: 40 },
      source: 'library',
      service: 'shop',
      version: '1.4.0',
      levels: { l1: { hits: 600, misses: 440 + index }, l2: { hits: 400, misses: 40 } },
      missReasons: { absent: 30, expired: 10 },
    }));
  }
  const withOrigins = pagesOf('origin_minute') + pagesOf('origin_hour') + pagesOf('origin_day');
  expect(withOrigins).toBeLessThan(sizeOnDisk() - emptyBytes);
  const minuteBytes = pagesOf('origin_minute') / (count * 6 * 60);
  const hourBytes = pagesOf('origin_hour') / (count * 6);
  const settled = minuteBytes * 48 * 60 + hourBytes * 32 * 24;
  expect(settled / 1_000_000).toBeGreaterThan(0.15);
  expect(settled / 1_000_000).toBeLessThan(0.25);
  for (let hour = 0; hour < 24; hour += 1) {
    history.recordTtl(
      TARGET,
      START_MS + hour * HOUR_MS,
      Array.from({ length: count }, (_, index) => ({
        pattern: `shop:family${index}:{id}`,
        bucketCounts: TTL_BOUNDS_SECONDS.map((_bound, bucket) =>
          bucket > 8 && bucket < 18 ? 200 + index : 0,
        ),
        noTtlCount: 12,
        sampledCount: 1_900,
        isExact: false,
      })),
    );
  }
  const ttlBytes = (pagesOf('ttl_hour') / count) * 32;
  expect(ttlBytes).toBeGreaterThan(20_000);
  expect(ttlBytes).toBeLessThan(60_000);
});

test('an idle pattern has one row a step, however often it is read in it', () => {
  for (; nowMs < START_MS + 100 * STEP_MS; nowMs += STEP_MS) {
    recordIdle(40);
    recordIdle(40);
  }
  expect(rowCounts()).toMatchObject({ traffic_10s: 4_000, total_10s: 100 });
});

test('what is past its retention goes, over months, and totals of what is kept stay right', () => {
  const end = START_MS + 430 * DAY_MS;
  for (nowMs = START_MS; nowMs < end; nowMs += 6 * HOUR_MS) {
    record(3);
    history.maintain(nowMs);
  }
  for (let turn = 0; turn < 10; turn += 1) history.maintain(nowMs);
  const counts = rowCounts();
  expect(counts.traffic_10s).toBe(3 * 8);
  expect(counts.traffic_minute).toBe(3 * 30 * 4);
  expect(counts.traffic_hour).toBe(3 * 397 * 4);
  const month = history.trafficTotals(TARGET, { fromMs: nowMs - 28 * DAY_MS, toMs: nowMs });
  expect(month.get('shop:family0:{id}')?.coveredMs).toBe(28 * 4 * STEP_MS);
});

test('names that nothing was recorded under for 13 months are forgotten, and their numbers not given again', () => {
  history.recordTraffic(TARGET, nowMs, [
    { pattern: 'gone', hits: 1, misses: 0, loads: 0, loadMs: 0, puts: 0 },
  ]);
  history.recordMark(TARGET, { atMs: nowMs, kind: 'note', text: 'old' });
  nowMs += 399 * DAY_MS;
  record(1);
  history.maintain(nowMs);
  expect(rowCounts()).toMatchObject({ mark: 0, series: 2 });
  const early = { fromMs: START_MS, toMs: START_MS + DAY_MS };
  expect(history.trafficTotals(TARGET, early).size).toBe(0);
});

test('a long backlog is deleted in pieces, so that no call takes long', () => {
  for (; nowMs < START_MS + 2 * HOUR_MS; nowMs += STEP_MS) record(40);
  const before = rowCounts().traffic_10s ?? 0;
  nowMs += 3 * DAY_MS;
  history.maintain(nowMs);
  const afterOne = rowCounts().traffic_10s ?? 0;
  expect(before - afterOne).toBeGreaterThan(0);
  expect(before - afterOne).toBeLessThanOrEqual(8_040);
  for (let turn = 0; turn < 4; turn += 1) history.maintain(nowMs);
  expect(rowCounts().traffic_10s).toBe(0);
});

test('sparklines read again after a write show it', () => {
  const span = { fromMs: START_MS, toMs: START_MS + 6 * HOUR_MS };
  record(1);
  const first = history.sparklines(TARGET, span, 60).get('shop:family0:{id}')?.hits.values[0];
  record(1);
  const second = history.sparklines(TARGET, span, 60).get('shop:family0:{id}')?.hits.values[0];
  expect(second).toBe(2 * (first ?? 0));
});
