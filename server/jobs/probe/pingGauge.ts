/** How PINGs are answered. */
export interface PingGauge {
  add(ms: number): void;
  /** Of the PINGs since the last call, which are forgotten; null when there was none. */
  take(): PingTimes | null;
}

export interface PingTimes {
  readonly p90Ms: number;
  readonly p99Ms: number;
}

export function openPingGauge(): PingGauge {
  let all: number[] = [];
  return {
    add: (ms) => void all.push(ms),
    take() {
      const sorted = all.toSorted((a, b) => a - b);
      all = [];
      const p90Ms = sorted[Math.ceil(sorted.length * 0.9) - 1];
      const p99Ms = sorted[Math.ceil(sorted.length * 0.99) - 1];
      return p90Ms === undefined || p99Ms === undefined ? null : { p90Ms, p99Ms };
    },
  };
}

/** Ours: below it a difference is of the machine between us, not of Redis (PINGs of an idle server vary by milliseconds). */
const LEAST_DIFFERENCE_MS = 5;
const SLOW_FACTOR = 2;

/**
 * Redis has become slow when one PING in ten takes longer than this: a single late one in a hundred is as likely the machine's
 * between us, and cannot be told from it.
 */
export function pingLimitMs(idleP99Ms: number): number {
  return Math.max(idleP99Ms * SLOW_FACTOR, idleP99Ms + LEAST_DIFFERENCE_MS);
}
