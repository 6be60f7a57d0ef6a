import type { DatabaseSync } from 'node:sqlite';
import { CREATE_BREAKER_TABLES } from '../breakers/breakerStretches.ts';
import { createExtremeTables } from '../extremes/extremeSchema.ts';
import {
  type Family,
  nodeFamily,
  originFamily,
  sampleFamily,
  tableName,
  totalFamily,
  trafficFamily,
} from '../historySchema.ts';
import { invalidationFamily } from '../invalidations/invalidationFamily.ts';
import { CREATE_TTL_TABLE } from '../ttl/ttlHours.ts';

/** Number of the newest entry of `migrations`; stored as `user_version`. */
export const SCHEMA_VERSION = 5;

/** Marks the file as ours (`application_id`): the letters `cshi`. */
export const APPLICATION_ID = 0x63736869;

/** Statements that lead from version n to n + 1, at index n. Never edited once released; changes are added. */
export const migrations: readonly string[] = [
  [
    `CREATE TABLE series (
      -- Never given twice: rows of a forgotten name must not turn up under a new one.
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      target_id TEXT NOT NULL,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      last_seen_s INTEGER NOT NULL,
      UNIQUE (target_id, kind, name)
    ) STRICT`,
    `CREATE TABLE mark (
      id INTEGER PRIMARY KEY,
      target_id TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      kind TEXT NOT NULL,
      text TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX mark_by_time ON mark (target_id, at_ms)',
    ...[totalFamily, nodeFamily, sampleFamily].flatMap(createTables),
  ].join(';\n'),
  // Rows of version 1 do not tell an idle pattern from one that was not measured, so that none of them can be kept.
  [
    ...trafficFamily.levels.map((level) => `DROP TABLE IF EXISTS ${tableName(trafficFamily, level)}`),
    ...createTables(trafficFamily),
  ].join(';\n'),
  [...createExtremeTables(), ...createTables(originFamily), CREATE_TTL_TABLE].join(';\n'),
  CREATE_BREAKER_TABLES.join(';\n'),
  createTables(invalidationFamily).join(';\n'),
];

// REAL keeps whole numbers as small integers on disk, and sums beyond 2^53 lose digits instead of failing to be read.
function createTables(family: Family<string>): readonly string[] {
  const columns = family.columns.map((column) => `${column.name} REAL`).join(', ');
  return family.levels.map(
    (level) => `CREATE TABLE ${tableName(family, level)} (
      at_s INTEGER NOT NULL, series_id INTEGER NOT NULL, ${columns}, PRIMARY KEY (at_s, series_id)
    ) STRICT, WITHOUT ROWID`,
  );
}

/**
 * Adds the columns that the vocabulary has gained since the file was made (levels, reasons of misses, the audit entry of a
 * mark). They are null in rows that are there: nobody told these apart then.
 */
export function addMissingColumns(db: DatabaseSync): void {
  for (const level of originFamily.levels) {
    for (const { name } of originFamily.columns)
      addColumn(db, tableName(originFamily, level), `${name} REAL`);
  }
  addColumn(db, 'mark', 'audit_sequence INTEGER');
}

function addColumn(db: DatabaseSync, table: string, column: string): void {
  const found = db.prepare(`PRAGMA table_info(${table})`).all();
  if (found.some(({ name }) => column.startsWith(`${name} `))) return;
  db.exec(`ALTER TABLE ${table} ADD COLUMN ${column}`);
}
