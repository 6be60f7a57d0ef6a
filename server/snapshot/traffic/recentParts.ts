import { keyOfIncrement, type TrafficIncrement } from '#server/sources/metrics/trafficIncrement.ts';
import { addTraffic, NO_TRAFFIC } from '#shared/traffic/trafficCounts.ts';
import type { TrafficPart } from '#shared/traffic/trafficPart.ts';

interface Quarter {
  readonly fromMs: number;
  coveredMs: number;
  readonly sums: Map<string, TrafficIncrement>;
}

const QUARTER_MS = 15 * 60_000;
const HOUR_MS = 4 * QUARTER_MS;

/** What one place counted within about the last hour, process by process; by quarters, so that few sums are kept. */
export class RecentParts {
  #quarters: readonly Quarter[] = [];

  add(fromMs: number, toMs: number, increments: readonly TrafficIncrement[]): void {
    const quarter = this.#openQuarter(toMs);
    quarter.coveredMs += toMs - fromMs;
    for (const increment of increments) {
      const key = keyOfIncrement(increment);
      const sum = quarter.sums.get(key);
      quarter.sums.set(key, sum === undefined ? increment : { ...sum, ...addTraffic(sum, increment) });
    }
  }

  partsOf(pattern: string, nowMs: number): readonly TrafficPart[] {
    this.#dropBefore(nowMs);
    const parts = new Map<string, TrafficPart>();
    for (const { coveredMs, sums } of this.#quarters) {
      for (const [key, sum] of sums) {
        if (sum.pattern !== pattern) continue;
        const { service, instance, version, source } = sum;
        const before = parts.get(key);
        parts.set(key, {
          ...addTraffic(before ?? NO_TRAFFIC, sum),
          ...{ service, instance, version, source },
          coveredMs: (before?.coveredMs ?? 0) + coveredMs,
        });
      }
    }
    return [...parts.values()];
  }

  #openQuarter(atMs: number): Quarter {
    const fromMs = Math.floor(atMs / QUARTER_MS) * QUARTER_MS;
    const last = this.#quarters.at(-1);
    if (last?.fromMs === fromMs) return last;
    const opened = { fromMs, coveredMs: 0, sums: new Map<string, TrafficIncrement>() };
    this.#quarters = [...this.#quarters, opened];
    this.#dropBefore(atMs);
    return opened;
  }

  #dropBefore(nowMs: number): void {
    this.#quarters = this.#quarters.filter(({ fromMs }) => fromMs > nowMs - HOUR_MS);
  }
}
