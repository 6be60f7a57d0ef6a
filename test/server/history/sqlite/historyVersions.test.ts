import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TrafficPoint } from '#server/history/historyStore.ts';
import { openSqliteHistory, type SqliteHistory } from '#server/history/sqlite/openSqliteHistory.ts';

const TARGET = 'default';
const START_MS = Date.UTC(2026, 2, 2);
const MINUTE_MS = 60_000;
const span = { fromMs: START_MS, toMs: START_MS + MINUTE_MS };

let directory: string;
let path: string;
let nowMs: number;
let opened: SqliteHistory[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cachescope-history-'));
  path = join(directory, 'history.sqlite');
  nowMs = START_MS;
  opened = [];
});
afterEach(() => {
  for (const history of opened) history.close();
  rmSync(directory, { recursive: true, force: true });
});

function open(): SqliteHistory {
  const history = openSqliteHistory({ directory, clock: () => nowMs, log: () => {} });
  opened.push(history);
  return history;
}

const point: TrafficPoint = { pattern: 'a', hits: 1_000, misses: 0, loads: 0, loadMs: 0, puts: 0 };

/** What version 3 of the file added. */
function dropTablesSince2(db: DatabaseSync): void {
  const added = db.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND (name LIKE '%extremes%' OR name LIKE 'origin%' OR name = 'ttl_hour' OR name = 'breaker_stretch' OR name LIKE 'invalidation%')",
  );
  for (const { name } of added.all()) db.exec(`DROP TABLE ${name}`);
}

function firstHits(history: SqliteHistory): number | null | undefined {
  return history.trafficSeries(TARGET, 'a', span, 360).hits.values[0];
}

describe('a file that is not for this version', () => {
  test('is refused when a newer one wrote it, and nothing in it changes', () => {
    open().close();
    const newer = new DatabaseSync(path);
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    const before = readFileSync(path);
    const history = open();
    expect(history.state().detail).toContain('newer Cachescope (format 99, this one knows 5)');
    nowMs += 61_000;
    history.recordTraffic(TARGET, START_MS, [point]);
    expect(history.state().state).toBe('stopped');
    expect(firstHits(history)).toBeNull();
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('of version 1 keeps its totals and marks; traffic by pattern starts anew, as it did not say what was measured', () => {
    const first = open();
    first.recordTraffic(TARGET, START_MS, [point]);
    first.recordMark(TARGET, { atMs: START_MS, kind: 'note', text: 'kept' });
    first.close();
    const old = new DatabaseSync(path);
    for (const level of ['10s', 'minute', 'hour', 'day']) {
      old.exec(`ALTER TABLE traffic_${level} DROP COLUMN covered_s`);
    }
    dropTablesSince2(old);
    old.exec('PRAGMA user_version = 1');
    old.close();
    const history = open();
    expect(history.state().state).toBe('recording');
    expect(history.trafficSeries(TARGET, null, span, 360).hits.values[0]).toBe(1_000);
    expect(history.marks(TARGET, span)).toHaveLength(1);
    expect(firstHits(history)).toBeNull();
    history.recordTraffic(TARGET, START_MS, [point]);
    expect(firstHits(history)).toBe(1_000);
    history.close();
    expect(firstHits(open())).toBe(1_000);
  });

  test('of version 2 keeps everything, and what its fine steps hide is found afterwards', () => {
    const first = open();
    for (let step = 0; step < 6; step += 1) {
      first.recordTraffic(TARGET, START_MS + step * 10_000, [
        { ...point, hits: 90, misses: step === 3 ? 600 : 10 },
      ]);
    }
    first.recordMark(TARGET, { atMs: START_MS, kind: 'note', text: 'kept' });
    const hour = { fromMs: START_MS, toMs: START_MS + 3_600_000 };
    const read = (history: SqliteHistory) => [
      history.trafficSeries(TARGET, 'a', hour, 360),
      history.trafficSeries(TARGET, null, hour, 1),
      [...history.trafficTotals(TARGET, hour)],
      history.marks(TARGET, hour),
    ];
    const before = read(first);
    first.close();
    const old = new DatabaseSync(path);
    dropTablesSince2(old);
    old.exec('PRAGMA user_version = 2');
    old.close();
    const history = open();
    expect(history.state().state).toBe('recording');
    expect(read(history)).toEqual(before);
    nowMs = START_MS + 3 * MINUTE_MS;
    history.maintain(nowMs);
    expect(history.trafficExtremes(TARGET, 'a', hour, 1)?.missesPerSecond.high.values).toEqual([60]);
  });

  test('is refused when another program wrote it', () => {
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE orders (id)');
    other.close();
    const before = readFileSync(path);
    expect(open().state().detail).toContain('belongs to another program');
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
