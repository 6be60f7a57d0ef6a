import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { TTL_BOUNDS_SECONDS } from '#shared/histogram/ttlHistogram.ts';
import type { TargetId } from '#shared/target.ts';
import type { TtlBaseline, TtlPoint } from '../../historyStore.ts';
import type { SeriesName, SeriesNames } from '../seriesNames.ts';
import { packCounts, unpackCounts } from './ttlCounts.ts';

const HOUR_SECONDS = 3_600;
const DAY_MS = 86_400_000;

/** The longest range that a page compares with. */
const TTL_KEPT_MS = 32 * DAY_MS;
/** How far back a histogram still says what was there: sampling may have paused. */
const MAX_AGE_SECONDS = 3 * HOUR_SECONDS;
const MAX_PATTERNS = 1_000;

export const CREATE_TTL_TABLE = `CREATE TABLE ttl_hour (
  at_s INTEGER NOT NULL, series_id INTEGER NOT NULL, sampled_at_s INTEGER NOT NULL,
  sampled_count INTEGER NOT NULL, no_ttl_count INTEGER NOT NULL, is_exact INTEGER NOT NULL, counts BLOB NOT NULL,
  PRIMARY KEY (at_s, series_id)
) STRICT, WITHOUT ROWID`;

/** The first TTL histogram of each hour, of all keys and of each pattern. */
export class TtlHours {
  readonly #names: SeriesNames;
  readonly #add: StatementSync;
  readonly #latest: StatementSync;
  readonly #expire: StatementSync;

  constructor(db: DatabaseSync, names: SeriesNames) {
    this.#names = names;
    this.#add = db.prepare('INSERT OR IGNORE INTO ttl_hour VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#latest = db.prepare(
      `SELECT sampled_at_s, sampled_count, no_ttl_count, is_exact, counts FROM ttl_hour
       WHERE at_s >= ? AND at_s <= ? AND series_id = ? AND sampled_at_s <= ? ORDER BY at_s DESC LIMIT 1`,
    );
    this.#expire = db.prepare('DELETE FROM ttl_hour WHERE at_s < ?');
  }

  /** To be called inside a transaction. */
  add(targetId: TargetId, sampledAtMs: number, points: readonly TtlPoint[]): void {
    const sampledAtSeconds = Math.floor(sampledAtMs / 1_000);
    const kept = [...points].sort((a, b) => b.sampledCount - a.sampledCount).slice(0, MAX_PATTERNS + 1);
    const rows = kept
      .map((point) => ({ point, id: this.#names.idOf(ttlName(targetId, point.pattern), sampledAtMs) }))
      .sort((a, b) => a.id - b.id);
    for (const { point, id } of rows) {
      this.#add.run(
        hourOf(sampledAtSeconds),
        id,
        sampledAtSeconds,
        point.sampledCount,
        point.noTtlCount,
        point.isExact ? 1 : 0,
        packCounts(point.bucketCounts),
      );
    }
  }

  before(asked: {
    readonly targetId: TargetId;
    readonly pattern: string | null;
    readonly atMs: number;
  }): TtlBaseline | null {
    const id = this.#names.find(ttlName(asked.targetId, asked.pattern));
    if (id === null) return null;
    const atSeconds = Math.floor(asked.atMs / 1_000);
    const row = this.#latest.get(hourOf(atSeconds - MAX_AGE_SECONDS), atSeconds, id, atSeconds);
    if (row === undefined || !(row.counts instanceof Uint8Array)) return null;
    return {
      sampledAtMs: Number(row.sampled_at_s) * 1_000,
      sampledCount: Number(row.sampled_count),
      noTtlCount: Number(row.no_ttl_count),
      isExact: row.is_exact === 1,
      bucketCounts: unpackCounts(row.counts, TTL_BOUNDS_SECONDS.length),
    };
  }

  expire(nowMs: number): void {
    this.#expire.run(Math.floor((nowMs - TTL_KEPT_MS) / 1_000));
  }
}

function ttlName(targetId: TargetId, pattern: string | null): SeriesName {
  return pattern === null
    ? { targetId, kind: 'ttlOfAll', name: '' }
    : { targetId, kind: 'ttl', name: pattern };
}

function hourOf(seconds: number): number {
  return Math.floor(seconds / HOUR_SECONDS) * HOUR_SECONDS;
}
