import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type BreakerState, breakerStatesByHarm } from '#shared/services/breakerState.ts';
import type { BreakerStretch } from '#shared/services/breakerStretch.ts';
import type { TargetId } from '#shared/target.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import type { SeriesName, SeriesNames } from '../seriesNames.ts';
import { breakerSeriesName, parseBreakerName } from './breakerSeriesName.ts';

const DAY_MS = 86_400_000;

/** The longest range of a page. */
export const BREAKERS_KEPT_MS = 31 * DAY_MS;
/** Breakers of a target that are told apart; those of later ones are not kept. */
const MAX_BREAKERS = 4_000;
/** Of all targets; breakers that flap drop the oldest. About 40 bytes each. */
const MAX_ROWS = 200_000;
/** Most of one breaker that one reading gives, newest first: more than a strip has places. */
const MAX_READ_ROWS = 5_000;

export const CREATE_BREAKER_TABLES: readonly string[] = [
  `CREATE TABLE breaker_stretch (
    series_id INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (series_id, from_ms)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX breaker_stretch_by_time ON breaker_stretch (from_ms)',
];

/** Over which times each breaker was in which state. */
export class BreakerStretches {
  readonly #names: SeriesNames;
  readonly #add: StatementSync;
  readonly #read: StatementSync;
  readonly #expire: StatementSync;
  readonly #bound: StatementSync;

  constructor(db: DatabaseSync, names: SeriesNames) {
    this.#names = names;
    this.#add = db.prepare(
      `INSERT INTO breaker_stretch (series_id, from_ms, to_ms, state) VALUES (?, ?, ?, ?)
       ON CONFLICT (series_id, from_ms) DO UPDATE SET to_ms = max(to_ms, excluded.to_ms), state = excluded.state`,
    );
    this.#read = db.prepare(
      `SELECT from_ms, to_ms, state FROM breaker_stretch WHERE series_id = ? AND from_ms < ? AND to_ms >= ?
       ORDER BY from_ms DESC LIMIT ${MAX_READ_ROWS}`,
    );
    this.#expire = db.prepare('DELETE FROM breaker_stretch WHERE to_ms < ? AND from_ms < ?');
    this.#bound = db.prepare(
      `DELETE FROM breaker_stretch WHERE from_ms < (
         SELECT from_ms FROM breaker_stretch ORDER BY from_ms DESC LIMIT 1 OFFSET ${MAX_ROWS})`,
    );
  }

  /** To be called inside a transaction. A stretch that was added before may come again, longer. */
  add(targetId: TargetId, stretches: readonly BreakerStretch[]): void {
    for (const stretch of stretches) {
      const name: SeriesName = { targetId, kind: 'breaker', name: breakerSeriesName(stretch) };
      if (this.#names.find(name) === null && this.#names.countOf(targetId, 'breaker') >= MAX_BREAKERS)
        continue;
      const id = this.#names.idOf(name, stretch.toMs);
      this.#add.run(id, Math.round(stretch.fromMs), Math.round(stretch.toMs), stretch.state);
    }
  }

  /** Whatever reaches into the span, whole; oldest first. */
  read(targetId: TargetId, span: TimeSpan): readonly BreakerStretch[] {
    const found: BreakerStretch[] = [];
    for (const [id, text] of this.#names.listOf(targetId, 'breaker')) {
      const name = parseBreakerName(text);
      if (name === null) continue;
      const rows = this.#read.all(id, Math.round(span.toMs), Math.round(span.fromMs)).reverse();
      for (const { from_ms: fromMs, to_ms: toMs, state } of rows) {
        const known = breakerStatesByHarm.find((one) => one === state);
        if (known !== undefined) found.push(stretchOf(name, known, [Number(fromMs), Number(toMs)]));
      }
    }
    return found;
  }

  /** Deletes what is past its retention, and what is too much. */
  expire(nowMs: number): void {
    const cutoffMs = Math.floor(nowMs - BREAKERS_KEPT_MS);
    this.#expire.run(cutoffMs, cutoffMs);
    this.#bound.run();
  }
}

function stretchOf(
  name: Omit<BreakerStretch, 'state' | 'fromMs' | 'toMs'>,
  state: BreakerState,
  [fromMs, toMs]: [number, number],
): BreakerStretch {
  return { ...name, state, fromMs, toMs };
}
