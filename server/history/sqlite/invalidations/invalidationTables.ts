import type { DatabaseSync } from 'node:sqlite';
import type { Series } from '#shared/series.ts';
import type { TargetId } from '#shared/target.ts';
import { HISTORY_STEP_MS } from '../../historyStore.ts';
import {
  type InvalidationMetric,
  type InvalidationPoint,
  type InvalidationSeries,
  invalidationMetrics,
} from '../../invalidationPoint.ts';
import { foldRows, sumSeries, widestSeries } from '../foldRows.ts';
import { LevelTables } from '../levelTables.ts';
import { type ReadBounds, rowSpan } from '../readBounds.ts';
import type { SeriesName, SeriesNames } from '../seriesNames.ts';
import { invalidationFamily, LAG_COLUMNS } from './invalidationFamily.ts';

/** Services of a target that are told apart; what later ones add is not kept. */
const MAX_SERVICES = 500;

/** What services counted of invalidations, by service. */
export class InvalidationTables {
  readonly #names: SeriesNames;
  readonly #tables: LevelTables<string>;

  constructor(db: DatabaseSync, names: SeriesNames) {
    this.#names = names;
    this.#tables = new LevelTables(db, invalidationFamily);
  }

  /** To be called inside a transaction. A service covers its step once, however many of its instances are told. */
  add(targetId: TargetId, stepAtMs: number, points: readonly InvalidationPoint[]): void {
    const covered = new Set(this.#tables.seriesAt(stepAtMs));
    for (const point of points) {
      const name: SeriesName = { targetId, kind: 'invalidation', name: point.service };
      const isNew = this.#names.find(name) === null;
      if (isNew && this.#names.countOf(targetId, 'invalidation') >= MAX_SERVICES) continue;
      const seriesId = this.#names.idOf(name, stepAtMs);
      const coveredMs = covered.has(seriesId) ? 0 : HISTORY_STEP_MS;
      covered.add(seriesId);
      const counts = invalidationMetrics.map((metric) => point[metric]);
      const lags = LAG_COLUMNS.map((_, at) => point.lagBuckets?.[at] ?? null);
      this.#tables.add(stepAtMs, [{ seriesId, values: [...counts, ...lags, coveredMs] }]);
    }
  }

  /** `service` null = all together: of a step, those that were read count, and one that does not tell makes a gap. */
  read(targetId: TargetId, service: string | null, bounds: ReadBounds): InvalidationSeries {
    const ids = [...this.#names.listOf(targetId, 'invalidation')].filter(
      ([, name]) => service === null || name === service,
    );
    const parts = ids.map(([id]) =>
      foldRows(
        this.#tables.readSeries(id, bounds.grid.level, rowSpan(bounds)),
        invalidationFamily.columns,
        bounds.grid,
      ),
    );
    return prepareInvalidationSeries(
      (column) =>
        sumSeries(
          parts.map((part) => ({ series: part(column), covered: part('coveredMs') })),
          bounds.grid,
        ),
      widestSeries(
        parts.map((part) => part('coveredMs')),
        bounds.grid,
      ),
    );
  }

  expire(nowMs: number, maxRows: number): void {
    this.#tables.expire(nowMs, maxRows);
  }
}

/** The series by the names of what is counted. */
export function prepareInvalidationSeries(
  read: (column: string) => Series,
  coveredMs: Series,
): InvalidationSeries {
  const series = Object.fromEntries(invalidationMetrics.map((metric) => [metric, read(metric)]));
  return { ...named(series), coveredMs, lagBuckets: LAG_COLUMNS.map(read) };
}

/** The overload says what `fromEntries` does not. */
function named(series: Record<string, Series>): Readonly<Record<InvalidationMetric, Series>>;
function named(series: Record<string, Series>): Record<string, Series> {
  return series;
}
