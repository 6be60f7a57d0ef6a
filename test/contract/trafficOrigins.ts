import { describe, expect, test } from 'vitest';
import type { HistoryStore, TrafficPoint } from '#server/history/historyStore.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, minutes, START_MS, STEP_MS, TARGET, traffic } from './historyPoints.ts';

/** The store that a test has open, empty at its start, and its clock. */
interface OpenedHistory {
  readonly store: () => HistoryStore;
  readonly setNow: (atMs: number) => void;
  readonly reopen: () => void;
}

const shop = { source: 'library', service: 'shop', version: '1.4' } as const;

/** What every engine must know of who counted what. Part of `describeHistoryStore`. */
export function describeTrafficOrigins({ store, setNow, reopen }: OpenedHistory): void {
  const record = (step: number, ...points: readonly TrafficPoint[]) =>
    store().recordTraffic(TARGET, START_MS + step * STEP_MS, points);
  const origins = (count = 10) => store().trafficOrigins(TARGET, minutes(count));

  describe('origins of traffic', () => {
    test('keeps services, versions and sources apart, and adds up instances', () => {
      record(0, traffic('a', { ...shop, hits: 5 }), traffic('a', { ...shop, hits: 6, misses: 1 }));
      record(1, traffic('a', { ...shop, hits: 1 }), traffic('a', { ...shop, version: '1.5', hits: 9 }));
      record(1, traffic('a', { source: 'micrometer', service: null, identity: 'cacheName', hits: 3 }));
      const found = origins().map(({ service, version, source, identity, hits, misses, coveredMs }) => [
        ...[service, version, source, identity],
        ...[hits, misses, coveredMs],
      ]);
      expect(found.sort()).toEqual([
        [null, null, 'micrometer', 'cacheName', 3, 0, STEP_MS],
        ['shop', '1.4', 'library', 'pattern', 12, 1, 2 * STEP_MS],
        ['shop', '1.5', 'library', 'pattern', 9, 0, STEP_MS],
      ]);
    });

    test('keeps levels and reasons of those that tell them, and nothing of those that do not', () => {
      const told = { levels: { l1: { hits: 4, misses: 2 } }, missReasons: { expired: 1, cold: 1 } };
      record(0, traffic('a', { ...shop, ...told, hits: 4, misses: 2 }));
      record(7, traffic('a', { ...shop, ...told, hits: 4, misses: 2 }), traffic('b', { ...shop, misses: 1 }));
      const [a, b] = origins().toSorted((one, other) => one.pattern.localeCompare(other.pattern));
      expect(a?.levels).toEqual({ l1: { hits: 8, misses: 4 } });
      expect(a?.missReasons).toEqual({ expired: 2, cold: 2 });
      expect([b?.levels, b?.missReasons]).toEqual([{}, {}]);
    });

    test('has no origin of points that do not say who counted them', () => {
      record(0, traffic('a', { hits: 1 }));
      expect(origins()).toEqual([]);
    });

    test('is the same after it is opened again, and at every age up to 32 days', () => {
      for (let step = 0; step < 400; step += 1) record(step, traffic('a', { ...shop, hits: 2, misses: 1 }));
      const sums = () =>
        store()
          .trafficOrigins(TARGET, minutes(120))
          .map(({ hits, misses, coveredMs }) => [hits, misses, coveredMs]);
      reopen();
      for (const ageMs of [HOUR_MS, 47 * HOUR_MS, 49 * HOUR_MS, 31 * DAY_MS]) {
        setNow(START_MS + ageMs);
        store().maintain(START_MS + ageMs);
        expect(sums()).toEqual([[800, 400, 400 * STEP_MS]]);
      }
      setNow(START_MS + 34 * DAY_MS);
      for (let turn = 0; turn < 3; turn += 1) store().maintain(START_MS + 34 * DAY_MS);
      expect(sums()).toEqual([]);
    });

    test('folds versions that are past the limit, then patterns, and loses no count', () => {
      const points = Array.from({ length: 13_000 }, (_, index) =>
        traffic(`p${index % 6_500}`, { ...shop, version: `v${index}`, hits: 1 }),
      );
      record(0, ...points);
      const found = origins();
      const sum = found.reduce((hits, origin) => hits + origin.hits, 0);
      expect(sum).toBe(13_000);
      expect(found.length).toBeLessThanOrEqual(12_001);
      expect(found.filter(({ version }) => version === 'other').length).toBeGreaterThan(0);
      expect(found.find(({ pattern }) => pattern === 'other')).toMatchObject({
        service: 'other',
        version: 'other',
        source: 'library',
      });
    });

    test('counts a place that names a thing in the same words once a step, whatever its minute', () => {
      record(5, traffic('a', { ...shop, hits: 1 }));
      record(6, traffic('a', { ...shop, hits: 1 }));
      record(5, traffic('a', { ...shop, hits: 1 }));
      expect(origins()[0]).toMatchObject({ hits: 3 });
      const later = { fromMs: START_MS + MINUTE_MS, toMs: START_MS + 2 * MINUTE_MS };
      expect(store().trafficOrigins(TARGET, later)[0]).toMatchObject({ hits: 1, coveredMs: STEP_MS });
    });
  });
}
