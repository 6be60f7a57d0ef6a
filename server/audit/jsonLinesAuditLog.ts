import { type FileHandle, open, rm, stat, writeFile } from 'node:fs/promises';
import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import type { AuditFindings, AuditQuery } from '#shared/audit/auditFilter.ts';
import { formatAuditLine } from '#shared/audit/auditLine.ts';
import { AppError } from '#shared/errorCodes.ts';
import { type AuditHead, GENESIS_HASH, sealEntry } from './auditChain.ts';
import type { AuditLog, AuditRecord } from './auditLog.ts';
import { type AuditTail, prepareTail, syncDirectory } from './auditTail.ts';
import {
  NO_LIMITS,
  SEARCH_LIMITS,
  type SearchedLog,
  type SearchLimits,
  searchAuditLog,
} from './searchAuditLog.ts';

export interface JsonLinesAuditLog extends AuditLog {
  readonly path: string;
  /** The newest entry, to be noted outside of this machine; null while the log is empty. */
  head(): AuditHead | null;
  /** Bytes that are on disk and part of the chain. */
  endByte(): number;
  /** Why nothing can be written, in a sentence; null while it can. */
  trouble(): string | null;
  /** Entries that match, as many as one answer holds. */
  search(query: AuditQuery): Promise<AuditFindings>;
  /** Called with each entry once it is on disk. */
  onAppend(listener: (entry: AuditEntry) => void): void;
  /** What opening found and did, in a sentence for the operator; empty when nothing. */
  readonly note: string;
}

interface AuditLogOptions {
  readonly path: string;
  readonly nowMs: () => number;
  /** Opens the file; replaced by tests that let the disk fail. */
  readonly openFile?: (path: string) => Promise<FileHandle>;
}

/** Often enough for an orchestrator that asks for readiness; each look is two stats, each probe one small write. */
const LOOK_AFTER_MS = 10_000;
const PROBE_BYTES = 16 * 1024;
/** Read and append only, by the owner only. */
const openForAppend = (path: string) => open(path, 'a+', 0o600);

/**
 * An append-only file of JSON lines, each with the hash of the one before it. An append is on disk before it resolves.
 * A line that a crash cut short is set aside in `<path>.torn`; a newest entry that was edited makes the open fail,
 * since nothing can be chained to it. Throws `AppError` auditUnavailable.
 */
export async function openJsonLinesAuditLog(options: AuditLogOptions): Promise<JsonLinesAuditLog> {
  const { path, nowMs, openFile = openForAppend } = options;
  let file: FileHandle;
  try {
    file = await openFile(path);
  } catch (cause) {
    throw unavailable(path, cause);
  }
  try {
    const tail = await prepareTail(file, path);
    await syncDirectory(path);
    return new AppendedLines({ file, path, nowMs, tail });
  } catch (cause) {
    await file.close();
    throw cause instanceof AppError ? cause : unavailable(path, cause);
  }
}

class AppendedLines implements JsonLinesAuditLog {
  readonly path: string;
  readonly note: string;
  readonly #file: FileHandle;
  readonly #nowMs: () => number;
  readonly #listeners: ((entry: AuditEntry) => void)[] = [];
  #head: AuditHead | null;
  #endByte: number;
  /** Bytes of an entry that a failed append may have left after `#endByte`; 0 = none. */
  #restByteCount = 0;
  /** Why the last append or look failed; null after one that did not. */
  #trouble: string | null = null;
  #lookedAtMs: number;
  #isClosed = false;
  #lastAppend: Promise<unknown> = Promise.resolve();
  readonly #starts: SearchedLog['starts'] = new Map();
  /** One search at a time: a dozen viewers of a long log then take no more of the processor than one. */
  #lastSearch: Promise<unknown> = Promise.resolve();

  constructor(parts: { file: FileHandle; path: string; nowMs: () => number; tail: AuditTail }) {
    this.#file = parts.file;
    this.path = parts.path;
    this.#nowMs = parts.nowMs;
    this.#head = headOf(parts.tail.head);
    this.#endByte = parts.tail.endByte;
    this.note = parts.tail.note;
    this.#lookedAtMs = parts.nowMs();
  }

  head(): AuditHead | null {
    return this.#head;
  }

  endByte(): number {
    return this.#endByte;
  }

  isWritable(): boolean {
    return this.trouble() === null;
  }

  /**
   * While somebody asks, the file is looked at and after a failure the disk is tried, so that a file that was taken away
   * and a disk that was freed are noticed without an act.
   */
  trouble(): string | null {
    if (this.#isClosed) return 'The audit log is closed.';
    if (Math.abs(this.#nowMs() - this.#lookedAtMs) >= LOOK_AFTER_MS) {
      this.#lookedAtMs = this.#nowMs();
      this.#lastAppend = this.#lastAppend.then(() => this.#look());
    }
    return this.#trouble;
  }

  append(record: AuditRecord): Promise<AuditEntry> {
    const entry = this.#lastAppend.then(() => this.#write(record));
    this.#lastAppend = entry.catch(() => {});
    return entry;
  }

  onAppend(listener: (entry: AuditEntry) => void): void {
    this.#listeners.push(listener);
  }

  async list(limit: number, beforeSequence?: number): Promise<readonly AuditEntry[]> {
    const query = { filter: {}, limit, order: 'newestFirst', after: beforeSequence } as const;
    return (await this.#search(query, NO_LIMITS)).entries;
  }

  search(query: AuditQuery): Promise<AuditFindings> {
    const findings = this.#lastSearch.then(() => this.#search(query, SEARCH_LIMITS));
    this.#lastSearch = findings.catch(() => {});
    return findings;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.all([this.#lastAppend, this.#lastSearch]);
    await this.#file.close();
  }

  async #search(query: AuditQuery, limits: SearchLimits): Promise<AuditFindings> {
    await this.#lastAppend;
    const log: SearchedLog = { file: this.#file, endByte: this.#endByte, starts: this.#starts };
    return searchAuditLog(log, query, limits);
  }

  async #write(record: AuditRecord): Promise<AuditEntry> {
    const entry = await this.#writeDown(record).catch((cause: unknown) => {
      const problem = unavailable(this.path, cause);
      this.#trouble = problem.message;
      this.#lookedAtMs = this.#nowMs();
      throw problem;
    });
    this.#trouble = null;
    for (const listener of this.#listeners) listener(entry);
    return entry;
  }

  async #writeDown(record: AuditRecord): Promise<AuditEntry> {
    if (this.#isClosed) throw new Error('It is closed.');
    await this.#checkUntouched();
    if (this.#restByteCount > 0) await this.#file.truncate(this.#endByte);
    const entry = sealEntry({
      ...record,
      sequence: (this.#head?.sequence ?? 0) + 1,
      atMs: this.#nowMs(),
      previousHash: this.#head?.hash ?? GENESIS_HASH,
    });
    const line = Buffer.from(`${formatAuditLine(entry)}\n`);
    this.#restByteCount = line.length;
    await this.#file.appendFile(line);
    await this.#file.datasync();
    this.#restByteCount = 0;
    this.#endByte += line.length;
    this.#head = headOf(entry);
    return entry;
  }

  /** Looks at the file; after a failure also writes as much as a long entry beside it and removes that again. */
  async #look(): Promise<void> {
    const probePath = `${this.path}.probe`;
    try {
      await this.#checkUntouched();
      if (this.#trouble === null) return;
      await writeFile(probePath, Buffer.alloc(PROBE_BYTES), { mode: 0o600, flush: true });
      this.#trouble = null;
    } catch (cause) {
      this.#trouble = unavailable(this.path, cause).message;
    } finally {
      await rm(probePath, { force: true }).catch(() => {});
    }
  }

  /** A log that was moved, replaced or written by somebody else would take our entries out of sight. */
  async #checkUntouched(): Promise<void> {
    const [named, ours] = await Promise.all([stat(this.path).catch(absent), this.#file.stat()]);
    if (named === null) throw new Error('The file was moved or deleted while the server ran.');
    if (named.ino !== ours.ino || named.dev !== ours.dev) {
      throw new Error('The file was replaced by another one while the server ran.');
    }
    if (ours.size < this.#endByte) throw new Error('The file was cut short while the server ran.');
    if (ours.size > this.#endByte + this.#restByteCount)
      throw new Error('Another program has written into the file.');
  }
}

function absent(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}

function headOf(entry: AuditHead | null): AuditHead | null {
  return entry === null ? null : { sequence: entry.sequence, hash: entry.hash };
}

function unavailable(path: string, cause: unknown): AppError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new AppError(
    'auditUnavailable',
    `The audit log ${path} cannot be written, so nothing may be changed: ${detail}`,
    { cause },
  );
}
