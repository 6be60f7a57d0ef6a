import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { TargetId } from '#shared/target.ts';

const seriesKinds = [
  'total',
  'pattern',
  'node',
  'sample',
  'origin',
  'ttl',
  'ttlOfAll',
  'breaker',
  'invalidation',
] as const;

export type SeriesKind = (typeof seriesKinds)[number];

export interface SeriesName {
  readonly targetId: TargetId;
  readonly kind: SeriesKind;
  /** The pattern, the node, the origin (originName.ts) the breaker (breakerSeriesName.ts) or the service; empty for a target's total. */
  readonly name: string;
}

export function totalName(targetId: TargetId): SeriesName {
  return { targetId, kind: 'total', name: '' };
}

export function patternName(targetId: TargetId, pattern: string): SeriesName {
  return { targetId, kind: 'pattern', name: pattern };
}

interface Known {
  readonly id: number;
  lastSeenDay: number;
}

const DAY_SECONDS = 86_400;

/** Names of what is recorded, kept once each; rows carry their small numbers. */
export class SeriesNames {
  readonly #insert: StatementSync;
  readonly #touch: StatementSync;
  readonly #selectAll: StatementSync;
  readonly #forget: StatementSync;
  readonly #byName = new Map<string, Known>();
  readonly #byId = new Map<number, SeriesName>();
  readonly #counts = new Map<string, number>();

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare(
      `INSERT INTO series (target_id, kind, name, last_seen_s) VALUES (?, ?, ?, ?)
       ON CONFLICT (target_id, kind, name) DO UPDATE SET last_seen_s = excluded.last_seen_s RETURNING id`,
    );
    this.#touch = db.prepare('UPDATE series SET last_seen_s = max(last_seen_s, ?) WHERE id = ?');
    this.#selectAll = db.prepare('SELECT id, target_id, kind, name, last_seen_s FROM series');
    this.#forget = db.prepare(
      'DELETE FROM series WHERE last_seen_s < ? AND kind IN (SELECT value FROM json_each(?))',
    );
    this.reload();
  }

  /** Takes the names from the file again; needed after a rollback, which may have removed new ones. */
  reload(): void {
    this.#byName.clear();
    this.#byId.clear();
    this.#counts.clear();
    for (const row of this.#selectAll.all()) {
      const { id, target_id: targetId, kind, name, last_seen_s: lastSeen } = row;
      if (typeof id !== 'number' || typeof targetId !== 'string' || typeof name !== 'string') continue;
      if (!isKind(kind)) continue;
      this.#remember({ targetId, kind, name }, { id, lastSeenDay: dayOf(Number(lastSeen)) });
    }
  }

  /** The number of a name, given on first use. To be called inside a transaction. */
  idOf(series: SeriesName, atMs: number): number {
    const atSeconds = Math.floor(atMs / 1_000);
    const known = this.#byName.get(keyOf(series));
    if (known !== undefined) {
      // Once a day is enough to know what is out of use.
      if (dayOf(atSeconds) > known.lastSeenDay) {
        this.#touch.run(atSeconds, known.id);
        known.lastSeenDay = dayOf(atSeconds);
      }
      return known.id;
    }
    const id = Number(this.#insert.get(series.targetId, series.kind, series.name, atSeconds)?.id);
    this.#remember(series, { id, lastSeenDay: dayOf(atSeconds) });
    return id;
  }

  find(series: SeriesName): number | null {
    return this.#byName.get(keyOf(series))?.id ?? null;
  }

  /** Numbers and names of one kind of a target. */
  listOf(targetId: TargetId, kind: SeriesKind): ReadonlyMap<number, string> {
    const found = new Map<number, string>();
    for (const [id, series] of this.#byId) {
      if (series.targetId === targetId && series.kind === kind) found.set(id, series.name);
    }
    return found;
  }

  /** How many names of one kind a target has. */
  countOf(targetId: TargetId, kind: SeriesKind): number {
    return this.#counts.get(JSON.stringify([targetId, kind])) ?? 0;
  }

  /** Removes names of the kinds whose last row is past their retention. */
  forgetBefore(cutoffMs: number, kinds: readonly SeriesKind[] = seriesKinds): void {
    const cutoffSeconds = Math.floor(cutoffMs / 1_000) - DAY_SECONDS;
    if (Number(this.#forget.run(cutoffSeconds, JSON.stringify(kinds)).changes) > 0) this.reload();
  }

  #remember(series: SeriesName, known: Known): void {
    this.#byName.set(keyOf(series), known);
    this.#byId.set(known.id, series);
    const kind = JSON.stringify([series.targetId, series.kind]);
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }
}

function isKind(value: unknown): value is SeriesKind {
  return seriesKinds.some((kind) => kind === value);
}

function keyOf({ targetId, kind, name }: SeriesName): string {
  return JSON.stringify([targetId, kind, name]);
}

function dayOf(seconds: number): number {
  return Math.floor(seconds / DAY_SECONDS);
}
