import { expect, vi } from 'vitest';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { apiClient } from '../apiClient.ts';

/** What the caller of an exporter's cache saw. */
export interface Seen {
  readonly hits: number;
  readonly misses: number;
}

/** Of the promise on the page: half a point of the hit rate. */
const TOLERANCE_POINTS = 0.5;
const PATIENCE_MS = 60_000;

/** The patterns as the page asks for them, from a minute before now on. */
export function lastPatterns(api: ReturnType<typeof apiClient>) {
  const fromMs = Date.now() - 60_000;
  return () =>
    api.patterns.list.query({
      targetId: DEFAULT_TARGET_ID,
      range: { fromMs, toMs: Date.now() },
      compare: 'none',
    });
}

/** Waits until each pattern has all its look-ups, and compares the hit rates. Returns the patterns on the page. */
export async function expectRatesShown(
  list: ReturnType<typeof lastPatterns>,
  seen: ReadonlyMap<string, Seen>,
): Promise<readonly string[]> {
  const shown = await vi.waitFor(async () => {
    const { rows } = await list();
    const traffic = new Map(rows.map((row) => [row.pattern, row.traffic]));
    const counts = [...seen.keys()].map((pattern) => {
      const reading = traffic.get(pattern);
      return reading?.state === 'known' ? reading.value.lookupCount : null;
    });
    expect(counts).toEqual([...seen.values()].map(({ hits, misses }) => hits + misses));
    return traffic;
  }, PATIENCE_MS);
  for (const [pattern, { hits, misses }] of seen) {
    const reading = shown.get(pattern);
    const ratio = reading?.state === 'known' ? (reading.value.hit?.ratio ?? Number.NaN) : Number.NaN;
    const truth = hits / (hits + misses);
    expect(Math.abs(ratio - truth) * 100, `${pattern}: ${ratio} shown, ${truth} true`).toBeLessThan(
      TOLERANCE_POINTS,
    );
  }
  return [...shown.keys()];
}
