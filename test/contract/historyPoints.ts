import type { NodePoint, TrafficPoint } from '#server/history/historyStore.ts';
import type { TimeSpan } from '#shared/timeRange.ts';

export const TARGET = 'default';
export const STEP_MS = 10_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Midnight UTC, so that every step of every engine starts here. */
export const START_MS = Date.UTC(2026, 2, 2);

export function traffic(pattern: string, counts: Partial<TrafficPoint> = {}): TrafficPoint {
  return { pattern, hits: 0, misses: 0, loads: 0, loadMs: 0, puts: 0, ...counts };
}

export function node(nodeId: string, values: Partial<NodePoint> = {}): NodePoint {
  return {
    nodeId,
    hits: null,
    misses: null,
    ownLookups: null,
    commands: null,
    expired: null,
    evicted: null,
    keyCount: null,
    usedMemoryBytes: null,
    connectedClientCount: null,
    ...values,
  };
}

/** The span of the first minutes. */
export function minutes(count: number): TimeSpan {
  return { fromMs: START_MS, toMs: START_MS + count * MINUTE_MS };
}
