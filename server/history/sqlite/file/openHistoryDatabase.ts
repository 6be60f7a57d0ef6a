import { existsSync, renameSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { APPLICATION_ID, addMissingColumns, migrations, SCHEMA_VERSION } from './migrations.ts';
import { sqliteFault } from './sqliteFault.ts';

export interface HistoryDatabaseOptions {
  readonly path: string;
  readonly nowMs: number;
  /** Set the file aside without looking: it was found to be damaged while it was in use. */
  readonly isKnownDamaged: boolean;
  /** The file never grows beyond it; null = as the disk allows. */
  readonly maxFileBytes: number | null;
}

export type HistoryDatabaseOpening =
  | { readonly state: 'opened'; readonly db: DatabaseSync; readonly setAside: string | null }
  /** Nothing was changed in the file. */
  | { readonly state: 'refused'; readonly detail: string };

/** Larger files are not checked whole: it would take seconds, and nothing can interrupt it. Damage shows when it is met. */
const CHECKED_WHOLE_BELOW_BYTES = 64 * 1_024 * 1_024;

const SMALLEST_PAGE_BYTES = 512;

/** A lock held by a backup passes soon; the event loop waits at most this long. */
const BUSY_TIMEOUT_MS = 250;

/**
 * Opens, checks and migrates the file; a damaged one is renamed to `<path>.corrupt-<time>` with its -wal and -shm, and a
 * new one started. A file of a newer version or of another program is refused and left as it is. Throws what SQLite
 * throws when the file cannot be opened or written.
 */
export function openHistoryDatabase(options: HistoryDatabaseOptions): HistoryDatabaseOpening {
  const setAside = options.isKnownDamaged || isDamaged(options.path) ? setFileAside(options) : null;
  const db = new DatabaseSync(options.path, { timeout: BUSY_TIMEOUT_MS });
  try {
    const refusal = refusalOf(db, options.path);
    if (refusal !== null) {
      db.close();
      return { state: 'refused', detail: refusal };
    }
    prepareFile(db, options.maxFileBytes);
    return { state: 'opened', db, setAside };
  } catch (error) {
    db.close();
    throw error;
  }
}

function isDamaged(path: string): boolean {
  if (!existsSync(path)) return false;
  const { size } = statSync(path);
  // Below its smallest page SQLite takes a file for a new one. Only an empty file is.
  if (size < SMALLEST_PAGE_BYTES) return size > 0;
  try {
    using db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    if (refusalOf(db, path) !== null) return false;
    return checks(size).some((sql) => db.prepare(sql).get()?.quick_check !== 'ok');
  } catch (error) {
    if (sqliteFault(error, path).kind === 'damaged') return true;
    throw error;
  }
}

function checks(sizeBytes: number): readonly string[] {
  if (sizeBytes <= CHECKED_WHOLE_BELOW_BYTES) return ['PRAGMA quick_check(1)'];
  return ['series', 'mark', 'total_minute', 'total_hour'].map((table) => `PRAGMA quick_check(${table})`);
}

function refusalOf(db: DatabaseSync, path: string): string | null {
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version);
  const application = Number(db.prepare('PRAGMA application_id').get()?.application_id);
  const isEmpty = db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (isEmpty) return null;
  if (application !== APPLICATION_ID) {
    return `History is not recorded: ${path} belongs to another program. Move it away, or start with another data directory (--data).`;
  }
  if (version > SCHEMA_VERSION) {
    return `History is not recorded: ${path} was written by a newer Cachescope (format ${version}, this one knows ${SCHEMA_VERSION}). Start the newer version, or another data directory (--data). Nothing was changed.`;
  }
  return null;
}

function prepareFile(db: DatabaseSync, maxFileBytes: number | null): void {
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('PRAGMA synchronous = NORMAL');
  db.exec('PRAGMA cache_size = -8000');
  // A burst, such as a first clean-up, must not leave a large log behind.
  db.exec(`PRAGMA journal_size_limit = ${8 * 1_024 * 1_024}`);
  if (maxFileBytes !== null) {
    const pageBytes = Number(db.prepare('PRAGMA page_size').get()?.page_size);
    db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxFileBytes / pageBytes))}`);
  }
  migrate(db);
  addMissingColumns(db);
}

function migrate(db: DatabaseSync): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version);
  if (version === SCHEMA_VERSION) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const statements of migrations.slice(version)) db.exec(statements);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** ISO 8601 in its basic form, since a colon is not allowed in file names everywhere. */
function setFileAside({ path, nowMs }: HistoryDatabaseOptions): string {
  const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  let kept = `${path}.corrupt-${time}`;
  for (let count = 2; existsSync(kept); count += 1) kept = `${path}.corrupt-${time}-${count}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, kept + suffix);
  }
  return kept;
}
