import type { DatabaseSync } from 'node:sqlite';
import type { TargetId } from '#shared/target.ts';
import { HISTORY_STEP_MS, type OriginTotals, type TrafficPoint } from '../../historyStore.ts';
import type { Segment } from '../coverSpan.ts';
import { originFamily } from '../historySchema.ts';
import { LevelTables } from '../levelTables.ts';
import type { SeriesNames } from '../seriesNames.ts';
import { foldOrigin, originName, originOf, parseOriginName } from './originName.ts';
import { addOriginValues, type OriginValues, originTotals, originValues } from './originValues.ts';

const MINUTE_MS = 60_000;

/**
 * Traffic by who counted it. Counts of a minute are held and written when it is over or somebody asks, so that the six steps of
 * a minute cost one write; a crash loses those of the last minute.
 */
export class OriginTables {
  readonly #names: SeriesNames;
  readonly #tables: LevelTables<string>;
  readonly #held = new Map<number, OriginValues>();
  #heldMinuteMs = 0;
  /** The last step that each series covered. */
  readonly #coveredAtMs = new Map<number, number>();

  constructor(db: DatabaseSync, names: SeriesNames) {
    this.#names = names;
    this.#tables = new LevelTables(db, originFamily);
  }

  /** To be called inside a transaction. */
  add(targetId: TargetId, stepAtMs: number, points: readonly TrafficPoint[]): void {
    const minuteMs = Math.floor(stepAtMs / MINUTE_MS) * MINUTE_MS;
    if (minuteMs !== this.#heldMinuteMs) this.flush();
    this.#heldMinuteMs = minuteMs;
    for (const point of points) {
      const seriesId = this.#idOf(targetId, point, stepAtMs);
      if (seriesId === null) continue;
      const isCovered = this.#coveredAtMs.get(seriesId) === stepAtMs;
      this.#coveredAtMs.set(seriesId, stepAtMs);
      const values = originValues(point, isCovered ? 0 : HISTORY_STEP_MS);
      this.#held.set(seriesId, addOriginValues(this.#held.get(seriesId), values));
    }
  }

  /** Writes what is held. To be called inside a transaction. */
  flush(): void {
    if (this.#held.size === 0) return;
    const rows = [...this.#held].map(([seriesId, values]) => ({ seriesId, values }));
    this.#tables.add(this.#heldMinuteMs, rows);
    this.#held.clear();
  }

  /** After a rollback, in which numbers of series may have been given back. */
  forget(): void {
    this.#held.clear();
    this.#coveredAtMs.clear();
  }

  expire(nowMs: number, maxRows: number): void {
    this.#tables.expire(nowMs, maxRows);
    for (const [seriesId, atMs] of this.#coveredAtMs) {
      if (atMs < nowMs - MINUTE_MS) this.#coveredAtMs.delete(seriesId);
    }
  }

  /** Sums over segments that do not overlap (coverSpan). */
  read(targetId: TargetId, segments: readonly Segment[]): readonly OriginTotals[] {
    const names = this.#names.listOf(targetId, 'origin');
    const sums = new Map<number, OriginValues>();
    for (const { level, ...span } of segments) {
      for (const { seriesId, values } of this.#tables.sumAll(level, span)) {
        if (names.has(seriesId)) sums.set(seriesId, addOriginValues(sums.get(seriesId), values));
      }
    }
    return [...sums].flatMap(([seriesId, values]) => {
      const origin = parseOriginName(names.get(seriesId) ?? 'null');
      return origin === null ? [] : [{ ...origin, ...originTotals(values) }];
    });
  }

  #idOf(targetId: TargetId, point: TrafficPoint, atMs: number): number | null {
    const origin = originOf(point);
    if (origin === null) return null;
    const named = { targetId, kind: 'origin', name: originName(origin) } as const;
    if (this.#names.find(named) !== null) return this.#names.idOf(named, atMs);
    const folded = originName(foldOrigin(origin, this.#names.countOf(targetId, 'origin')));
    return this.#names.idOf({ ...named, name: folded }, atMs);
  }
}
