import type { TrafficPoint } from '#server/history/historyStore.ts';
import { openSqliteHistory } from '#server/history/sqlite/openSqliteHistory.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

const STEP_MS = 10_000;
const HOUR_MS = 3_600_000;
/** Steps that are measured in each hour; a gap between two is a gap of the page, too. */
const STEPS_PER_HOUR = 12;

/** Name of one pattern; the number is readable, so that a test can say which row it expects. */
export function patternName(index: number): string {
  return `shop:area${index % 97}:entity${String(index).padStart(5, '0')}:{id}`;
}

/** Writes look-ups of many patterns over the last two hours into a data directory, before a server opens it. */
export function fillPatternHistory(directory: string, patternCount: number, nowMs: number): void {
  const history = openSqliteHistory({ directory, clock: () => nowMs, log: () => {} });
  const last = Math.floor(nowMs / STEP_MS) * STEP_MS - STEP_MS;
  for (let hour = 0; hour < 2; hour += 1) {
    for (let step = 0; step < STEPS_PER_HOUR; step += 1) {
      const atMs = last - hour * HOUR_MS - step * (HOUR_MS / STEPS_PER_HOUR);
      history.recordTraffic(
        DEFAULT_TARGET_ID,
        Math.floor(atMs / STEP_MS) * STEP_MS,
        Array.from({ length: patternCount }, (_, index) => point(index, hour)),
      );
    }
  }
  history.close();
}

/** Pattern 0 loses most against the hour before, the last one least; a few have almost no look-ups. */
function point(index: number, hour: number): TrafficPoint {
  const lookups = index % 50 === 49 ? 3 : 1_000;
  const missRatio = hour === 0 ? 0.1 + 0.8 / (1 + index / 500) : 0.1;
  const misses = Math.round(lookups * missRatio);
  return {
    pattern: patternName(index),
    hits: lookups - misses,
    misses,
    loads: misses,
    loadMs: misses * 12,
    puts: misses,
  };
}
