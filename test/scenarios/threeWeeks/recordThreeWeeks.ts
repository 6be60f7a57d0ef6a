import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteHistory, type SqliteHistory } from '#server/history/sqlite/openSqliteHistory.ts';
import { type GeneratedStep, generateHistory } from '#test/support/history/generateHistory.ts';
import { SlowHistory } from '#test/support/history/slowHistory.ts';

export const TARGET = 'default';
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** A Sunday in the middle of an hour, seven seconds into a step that still runs. */
export const NOW_MS = Date.UTC(2026, 10, 22, 13, 34, 27);
const FIRST_MS = NOW_MS - (NOW_MS % DAY_MS) - 21 * DAY_MS;
export const MISSING_HOUR_MS = Date.UTC(2026, 10, 18, 9);
/** Deleted from the file after it was recorded. */
export const DELETED_HOUR_MS = Date.UTC(2026, 10, 20, 15);

export interface ThreeWeeks extends Disposable {
  readonly history: SqliteHistory;
  readonly slow: SlowHistory;
  readonly steps: readonly GeneratedStep[];
  readonly directory: string;
  /** Opens the same file again. */
  reopen(): SqliteHistory;
}

/**
 * Three weeks as a server would have recorded them: a step every three minutes, then every step of the last day, with the upkeep
 * of every minute.
 */
export function recordThreeWeeks(seed: number): ThreeWeeks {
  const directory = mkdtempSync(join(tmpdir(), 'cachescope-weeks-'));
  let nowMs = FIRST_MS;
  const open = () => openSqliteHistory({ directory, clock: () => nowMs, log: () => {} });
  let history = open();
  const steps = [
    ...generateHistory({
      seed,
      patternCount: 8,
      fromMs: FIRST_MS,
      toMs: NOW_MS,
      denseFromMs: NOW_MS - (NOW_MS % MINUTE_MS) - DAY_MS,
      sparseStepMs: 3 * MINUTE_MS,
      missingHourAtMs: MISSING_HOUR_MS,
    }),
  ];
  for (const { stepAtMs, points, node } of steps) {
    nowMs = stepAtMs + 10_000;
    history.recordTraffic(TARGET, stepAtMs, points);
    history.recordNodes(TARGET, stepAtMs, [node]);
    if (stepAtMs % MINUTE_MS === 0) history.maintain(nowMs);
  }
  nowMs = NOW_MS;
  history.maintain(nowMs);
  return {
    get history() {
      return history;
    },
    slow: new SlowHistory(steps),
    steps,
    directory,
    reopen: () => {
      history.close();
      history = open();
      return history;
    },
    [Symbol.dispose]: () => {
      history.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
