import type { ChartBand } from '#client/charts/chartModel.ts';
import type { Series } from '#shared/series.ts';
import { wilson } from '#shared/statistics.ts';

/** The 95 % interval (Wilson) of each step's hit rate, by its look-ups; a gap where nothing was measured or looked up. */
export function hitInterval(hits: Series, misses: Series): ChartBand {
  const intervals = hits.values.map((hit, step) => {
    const miss = misses.values[step] ?? null;
    return hit === null || miss === null ? null : wilson(hit, hit + miss);
  });
  return {
    label: '95 % interval',
    low: intervals.map((interval) => interval?.low ?? null),
    high: intervals.map((interval) => interval?.high ?? null),
  };
}
