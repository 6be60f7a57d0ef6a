import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartUpProblem } from './startUpProblem.ts';

/** A directory that is ours alone until it is closed or the process ends. */
export interface DataDirectory {
  /** Absolute. */
  readonly path: string;
  close(): void;
}

/** Held here so that a caller who drops the result does not lose the lock to the garbage collector. */
const heldLocks = new Set<DatabaseSync>();

/**
 * Creates the directory (mode 0700) and takes it for this process. A second server on it would mix two histories and
 * break the chain of the audit log, so it is refused. The lock is one of the operating system, held through SQLite: it
 * ends with the process, also by kill -9, and a reused process number cannot fool it. Throws StartUpProblem.
 */
export function openDataDirectory(directory: string): DataDirectory {
  const path = resolve(directory);
  createDirectory(path);
  const lock = takeLock(path);
  const pidPath = join(path, 'lock.pid');
  heldLocks.add(lock);
  writePid(pidPath);
  let isClosed = false;
  return {
    path,
    close: () => {
      if (isClosed) return;
      isClosed = true;
      // First the text, while it is surely ours.
      rmSync(pidPath, { force: true });
      heldLocks.delete(lock);
      lock.close();
    },
  };
}

function createDirectory(path: string): void {
  try {
    const created = mkdirSync(path, { recursive: true, mode: 0o700 });
    // The umask may have taken more than it should leave; an existing directory keeps the mode that its owner chose.
    if (created !== undefined) chmodSync(path, 0o700);
  } catch (error) {
    throw new StartUpProblem(
      `The data directory ${path} cannot be created (${messageOf(error)}). Name another one with --data, or make its parent writable.`,
      { cause: error },
    );
  }
}

function takeLock(path: string): DatabaseSync {
  let lock: DatabaseSync | null = null;
  try {
    lock = new DatabaseSync(join(path, 'lock.sqlite'), { timeout: 0 });
    // A journal in memory: nothing is ever written here, so a full disk does not keep the server from starting.
    lock.exec('PRAGMA journal_mode = MEMORY');
    lock.exec('PRAGMA locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    throw problemOf(error, path);
  }
}

/** SQLITE_BUSY: another process holds the lock. */
const BUSY = 5;

function problemOf(error: unknown, path: string): StartUpProblem {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : -1;
  if (code === BUSY) {
    return new StartUpProblem(
      `Another Cachescope${ownerOf(path)} uses the data directory ${path}. Stop it, or start this one with another directory: --data DIR.`,
      { cause: error },
    );
  }
  return new StartUpProblem(
    `The data directory ${path} cannot be locked (${messageOf(error)}). Check that it belongs to this user and can be written; a lock.sqlite in it that is no longer a database can be deleted.`,
    { cause: error },
  );
}

/** The process that says it holds the directory. For the message only: the lock itself does not depend on it. */
function ownerOf(path: string): string {
  try {
    const pid = readFileSync(join(path, 'lock.pid'), 'utf8').trim();
    return /^\d+$/.test(pid) ? ` (process ${pid})` : '';
  } catch {
    return '';
  }
}

function writePid(pidPath: string): void {
  try {
    writeFileSync(pidPath, `${process.pid}\n`, { mode: 0o600 });
  } catch {
    // On a full disk the message of a second server lacks the number; nothing else depends on it.
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
