import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TrafficPoint } from '#server/history/historyStore.ts';
import { openSqliteHistory, type SqliteHistory } from '#server/history/sqlite/openSqliteHistory.ts';

const TARGET = 'default';
const START_MS = Date.UTC(2026, 2, 2);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const span = { fromMs: START_MS, toMs: START_MS + MINUTE_MS };

let directory: string;
let path: string;
let nowMs: number;
let lines: string[];
let opened: SqliteHistory[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cachescope-history-'));
  path = join(directory, 'history.sqlite');
  nowMs = START_MS;
  lines = [];
  opened = [];
});
afterEach(() => {
  for (const history of opened) history.close();
  rmSync(directory, { recursive: true, force: true });
});

function open(maxFileBytes?: number): SqliteHistory {
  const history = openSqliteHistory({
    directory,
    clock: () => nowMs,
    log: (line) => lines.push(line),
    ...(maxFileBytes === undefined ? {} : { maxFileBytes }),
  });
  opened.push(history);
  return history;
}

function points(count: number): TrafficPoint[] {
  return Array.from({ length: count }, (_, index) => ({
    pattern: `pattern-${index}`,
    hits: 1_000 + index,
    misses: 3,
    loads: 3,
    loadMs: 41.5,
    puts: 3,
  }));
}

function firstHits(history: SqliteHistory): number | null | undefined {
  return history.trafficSeries(TARGET, 'pattern-0', span, 360).hits.values[0];
}

/** Records until the file is full. Returns the steps that were recorded. */
function fill(history: SqliteHistory): number {
  for (let step = 0; step < 10_000; step += 1) {
    nowMs = START_MS + step * 10_000;
    history.recordTraffic(TARGET, nowMs, points(100));
    if (history.state().state === 'stopped') return step;
  }
  throw new Error('The file never became full.');
}

describe('a full disk', () => {
  test('stops the history with a sentence that says what to do, and reads go on', () => {
    const history = open(400_000);
    expect(fill(history)).toBeGreaterThan(3);
    expect(history.state()).toEqual({
      state: 'stopped',
      detail: expect.stringContaining('is full. Free some space'),
    });
    expect(firstHits(history)).toBe(1_000);
    expect(lines).toEqual([history.state().detail]);
  });

  test('leaves no half of a step behind', () => {
    const history = open(400_000);
    const recorded = fill(history);
    const totals = history.trafficTotals(TARGET, { fromMs: START_MS, toMs: nowMs + 10_000 });
    expect([...totals.values()].map((total) => total.misses)).toEqual(new Array(100).fill(recorded * 3));
    expect(totals.get('pattern-0')?.coveredMs).toBe(recorded * 10_000);
  });

  test('tries again after a minute, not before, and records by itself once there is room', () => {
    const history = open(400_000);
    fill(history);
    // Room comes from what is past its retention.
    nowMs += 30_000;
    history.maintain(nowMs + 3 * DAY_MS);
    expect(history.state().state).toBe('stopped');
    nowMs += 31_000;
    history.maintain(nowMs + 3 * DAY_MS);
    expect(history.state()).toEqual({ state: 'recording', detail: '' });
    history.recordTraffic(TARGET, nowMs, points(100));
    expect(history.state().state).toBe('recording');
    expect(lines.at(-1)).toBe('History is recorded again.');
  });

  test('says it once, however often it fails', () => {
    const history = open(400_000);
    fill(history);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      nowMs += 61_000;
      history.recordTraffic(TARGET, nowMs, points(100));
    }
    expect(history.state().state).toBe('stopped');
    expect(lines).toHaveLength(1);
  });

  test('does not keep the store from being opened', () => {
    const history = open(8_192);
    expect(history.state().detail).toContain('is full');
    expect(firstHits(history)).toBeNull();
  });
});

describe('a fault in the middle of a step', () => {
  test('leaves nothing of the step behind, not even a name, and throws nothing', () => {
    const history = open();
    const [first, second] = points(2);
    if (first === undefined || second === undefined) throw new Error('no points');
    const faulty: TrafficPoint = {
      ...second,
      get misses(): number {
        throw new Error('a bug');
      },
    };
    history.recordTraffic(TARGET, START_MS, [first, faulty]);
    expect(history.state().detail).toContain('a bug');
    expect(firstHits(history)).toBeNull();
    history.close();
    using db = new DatabaseSync(path, { readOnly: true });
    expect(db.prepare('SELECT count(*) AS n FROM series').get()?.n).toBe(0);
  });
});

describe('a directory that is not there', () => {
  test('stops the history, and it starts when the directory comes back', () => {
    rmSync(directory, { recursive: true });
    const history = open();
    expect(history.state().detail).toContain('cannot be opened');
    mkdirSync(directory);
    nowMs += 61_000;
    history.recordTraffic(TARGET, START_MS, points(1));
    expect(history.state().state).toBe('recording');
    expect(firstHits(history)).toBe(1_000);
  });
});

describe('a damaged file', () => {
  const asideName = 'history.sqlite.corrupt-20260302T000000Z';

  function writeHistory(): void {
    const history = open();
    for (let step = 0; step < 20; step += 1)
      history.recordTraffic(TARGET, START_MS + step * 10_000, points(200));
    history.close();
  }

  const damages: readonly [string, () => void][] = [
    ['garbage', () => writeFileSync(path, 'not a database at all, but long enough to look at'.repeat(50))],
    ['a few bytes', () => writeFileSync(path, 'x')],
    ['a file cut in half', () => truncateSync(path, 4_096 * 20)],
    [
      'a page overwritten',
      () => {
        const bytes = readFileSync(path);
        bytes.fill(0xa5, 4_096 * 30, 4_096 * 45);
        writeFileSync(path, bytes);
      },
    ],
  ];
  test.each(damages)('is set aside and a new one started: %s', (_, damage) => {
    writeHistory();
    damage();
    const damaged = readFileSync(path);
    const history = open();
    expect(history.state()).toEqual({ state: 'recording', detail: '' });
    expect(history.notice()).toContain(asideName);
    expect(lines).toEqual([history.notice()]);
    expect(readFileSync(join(directory, asideName)).equals(damaged)).toBe(true);
    history.recordTraffic(TARGET, START_MS, points(1));
    expect(firstHits(history)).toBe(1_000);
  });

  test('never replaces one that was set aside before', () => {
    writeFileSync(path, 'garbage'.repeat(100));
    open().close();
    writeFileSync(path, 'garbage'.repeat(100));
    open().close();
    const aside = readdirSync(directory).filter((name) => name.includes('corrupt'));
    expect(aside).toEqual([asideName, `${asideName}-2`]);
  });

  test('met while it is in use is a gap with a reason, and a new history starts within a minute', () => {
    writeHistory();
    const history = open();
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4_096);
    writeFileSync(path, bytes);
    history.recordTraffic(TARGET, START_MS, points(200));
    expect(history.state().detail).toContain('is damaged');
    expect(firstHits(history)).toBeNull();
    nowMs += 61_000;
    history.recordTraffic(TARGET, START_MS, points(1));
    expect(history.state().state).toBe('recording');
    expect(history.notice()).toContain('corrupt-');
    expect(firstHits(history)).toBe(1_000);
  });
});

describe('kill -9', () => {
  let child: ChildProcess | null = null;
  afterEach(() => void child?.kill('SIGKILL'));

  test('loses nothing that was recorded', async () => {
    const script = new URL('./recordForever.ts', import.meta.url).pathname;
    child = spawn(process.execPath, [script, directory, String(START_MS)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (child.stdout === null) throw new Error('no stdout');
    await once(child.stdout, 'data');
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    const history = open();
    expect(history.notice()).toBeNull();
    expect(history.trafficSeries(TARGET, 'a', span, 360).hits.values[0]).toBe(7);
  });
});
