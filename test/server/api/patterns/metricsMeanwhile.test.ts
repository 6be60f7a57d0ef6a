import { expect, test } from 'vitest';
import { metricsMeanwhile } from '#server/api/patterns/metricsMeanwhile.ts';
import type { OriginTotals } from '#server/history/historyStore.ts';
import type { ProbeResult } from '#shared/probe/probeResult.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import { NO_TRAFFIC } from '#shared/traffic/trafficCounts.ts';

const MINUTE_MS = 60_000;

function origin(more: Partial<OriginTotals>): OriginTotals {
  return {
    ...NO_TRAFFIC,
    pattern: 'shop:product:{id}',
    service: 'catalog',
    version: null,
    source: 'library',
    identity: 'pattern',
    coveredMs: MINUTE_MS,
    ...more,
  };
}

function meanwhile(origins: readonly OriginTotals[], windows: ProbeResult['windows']) {
  const asked: TimeSpan[] = [];
  const history = {
    trafficOrigins(_targetId: string, span: TimeSpan) {
      asked.push(span);
      return origins;
    },
  };
  const result = {
    windows,
    jobId: '',
    schedule: 'bursts',
    attachedMs: 0,
    endedEarly: '',
    patterns: [],
    notes: [],
  } as const;
  return { asked, found: metricsMeanwhile(history, 'default', result) };
}

const windows = [
  { fromMs: 10 * MINUTE_MS + 50_000, toMs: 10 * MINUTE_MS + 50_200 },
  { fromMs: 11 * MINUTE_MS + 5_000, toMs: 11 * MINUTE_MS + 5_200 },
];

test('asks for the minutes that hold all windows, and for none where nothing was attached', () => {
  expect(meanwhile([], windows).asked).toEqual([{ fromMs: 10 * MINUTE_MS, toMs: 12 * MINUTE_MS }]);
  expect(meanwhile([], []).asked).toEqual([]);
});

test('adds up origins, each over the time in which it was measured, and takes what reached Redis where it is told', () => {
  const { found } = meanwhile(
    [
      origin({
        hits: 5_000,
        misses: 100,
        levels: { l1: { hits: 4_400, misses: 700 }, l2: { hits: 600, misses: 100 } },
      }),
      origin({
        service: 'cart',
        hits: 50,
        misses: 50,
        coveredMs: 20_000,
        levels: { l2: { hits: 50, misses: 50 } },
      }),
      origin({ pattern: 'other:{id}', hits: 5, misses: 5 }),
    ],
    windows,
  );
  const product = found.get('shop:product:{id}');
  expect(product).toMatchObject({ hits: 650, misses: 150, coveredMs: MINUTE_MS, isAtRedis: true });
  expect(product?.lookupsPerSecond).toBeCloseTo(700 / 60 + 5);
  expect(found.get('other:{id}')?.isAtRedis).toBe(false);
});

test('leaves out what counts a whole Redis, and what was not measured', () => {
  const { found } = meanwhile(
    [
      origin({ identity: 'instance', source: 'redisExporter', hits: 9 }),
      origin({ pattern: 'x', hits: 9, coveredMs: 0 }),
    ],
    windows,
  );
  expect(found.size).toBe(0);
});
