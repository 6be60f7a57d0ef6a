import { LAG_BOUNDS_SECONDS } from '#shared/histogram/eventHistograms.ts';
import { invalidationMetrics } from '../../invalidationPoint.ts';
import { allLevels, type Column, type Family } from '../historySchema.ts';

/** A column for each bound of lags, and one for those above. */
export const LAG_COLUMNS: readonly string[] = [...LAG_BOUNDS_SECONDS, Number.POSITIVE_INFINITY].map(
  (_, at) => `lag_${at}`,
);

/** By service. A row says that some instance of it was read in the step. */
export const invalidationFamily: Family<string> = {
  name: 'invalidation',
  levels: allLevels,
  columns: [
    ...invalidationMetrics.map((metric) => countOf(metric, `n_${metric}`)),
    ...LAG_COLUMNS.map((name) => countOf(name, name)),
    { metric: 'coveredMs', name: 'covered_s', kind: 'count', scale: 1 / 1_000 },
  ],
};

/** Names of SQL, such as `key`, are no names of columns without a beginning of their own. */
function countOf(metric: string, name: string): Column<string> {
  return { metric, name, kind: 'count', scale: 1 };
}
