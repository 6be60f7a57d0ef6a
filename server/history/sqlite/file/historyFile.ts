import { join } from 'node:path';
import type { HistoryState } from '../../historyStore.ts';
import { HistoryTables } from '../historyTables.ts';
import { openHistoryDatabase } from './openHistoryDatabase.ts';
import { sqliteFault } from './sqliteFault.ts';

export interface HistoryFileOptions {
  /** The data directory, which exists and is ours alone (openDataDirectory). */
  readonly directory: string;
  /** Epoch ms. */
  readonly clock: () => number;
  /** Takes one line for an operator. */
  readonly log: (line: string) => void;
  /** The file stops growing there, and history with it, as on a full disk. Default: as the disk allows. */
  readonly maxFileBytes?: number;
}

/** How long a store that could not write waits before it tries again. */
const RETRY_AFTER_MS = 60_000;

/**
 * `history.sqlite`, opened by the first write and again after a fault. Never throws: what cannot be opened, read or
 * written stops the history, says why in `state()`, and is tried again about every minute by the next write.
 */
export class HistoryFile {
  readonly #options: HistoryFileOptions;
  readonly #path: string;
  readonly #onDamage: () => void;
  #tables: HistoryTables | null = null;
  #stopped: { readonly detail: string; readonly atMs: number } | null = null;
  #isDamaged = false;
  #notice: string | null = null;
  #isClosed = false;

  constructor(options: HistoryFileOptions, onDamage: () => void) {
    this.#options = options;
    this.#path = join(options.directory, 'history.sqlite');
    this.#onDamage = onDamage;
  }

  state(): HistoryState {
    if (this.#stopped === null) return { state: 'recording', detail: '' };
    return { state: 'stopped', detail: this.#stopped.detail };
  }

  notice(): string | null {
    return this.#notice;
  }

  /** All of `work`, or nothing of it. */
  write(work: (tables: HistoryTables) => void): void {
    if (this.#isClosed || this.#isWaiting()) return;
    try {
      const tables = this.#open();
      if (tables === null) return;
      tables.transaction(() => work(tables));
      if (this.#stopped !== null) this.#options.log('History is recorded again.');
      this.#stopped = null;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Reads see what is there; what cannot be read is a gap (`work` is given null), and the state says why. */
  read<T>(work: (tables: HistoryTables | null) => T): T {
    try {
      return work(this.#tables);
    } catch (error) {
      this.#fail(error);
      return work(null);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#tables?.close();
    this.#tables = null;
  }

  #open(): HistoryTables | null {
    if (this.#tables !== null) return this.#tables;
    const opening = openHistoryDatabase({
      path: this.#path,
      nowMs: this.#options.clock(),
      isKnownDamaged: this.#isDamaged,
      maxFileBytes: this.#options.maxFileBytes ?? null,
    });
    if (opening.state === 'refused') {
      this.#stop(opening.detail);
      return null;
    }
    this.#isDamaged = false;
    this.#tables = new HistoryTables(opening.db);
    if (opening.setAside !== null) {
      this.#notice = `The history was damaged. It was set aside as ${opening.setAside}, and a new one was started.`;
      this.#options.log(this.#notice);
    }
    return this.#tables;
  }

  #fail(error: unknown): void {
    const fault = sqliteFault(error, this.#path);
    if (fault.kind === 'damaged') {
      this.#isDamaged = true;
      this.#onDamage();
      this.#closeDamaged();
    }
    this.#stop(fault.detail);
  }

  #closeDamaged(): void {
    try {
      this.#tables?.close();
    } catch {
      // A damaged file may not even close cleanly; it is given up either way.
    }
    this.#tables = null;
  }

  #stop(detail: string): void {
    if (this.#stopped?.detail !== detail) this.#options.log(detail);
    this.#stopped = { detail, atMs: this.#options.clock() };
  }

  #isWaiting(): boolean {
    if (this.#stopped === null) return false;
    // The absolute value, so that a clock that was set back does not stop it for long.
    return Math.abs(this.#options.clock() - this.#stopped.atMs) < RETRY_AFTER_MS;
  }
}
