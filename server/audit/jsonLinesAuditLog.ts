import { appendFile, type FileHandle, open, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import { AppError } from '#shared/errorCodes.ts';
import { formatEntryLine, GENESIS_HASH, parseEntryLine, sealEntry } from './auditChain.ts';
import type { AuditLog, AuditRecord } from './auditLog.ts';
import { readLinesBackward } from './readAuditLines.ts';
import type { AuditHead } from './verifyAuditLog.ts';

export interface JsonLinesAuditLog extends AuditLog {
  /** The newest entry, to be noted outside of this machine; null while the log is empty. */
  head(): AuditHead | null;
  /** What opening found and did, in a sentence for the operator; empty when nothing. */
  readonly note: string;
}

interface AuditLogOptions {
  readonly path: string;
  readonly nowMs: () => number;
  /** Opens the file; replaced by tests that let the disk fail. */
  readonly openFile?: (path: string) => Promise<FileHandle>;
}

interface Tail {
  readonly head: AuditHead | null;
  readonly endByte: number;
  readonly note: string;
}

/** Often enough for an orchestrator that asks for readiness; each probe is one small write. */
const PROBE_AFTER_MS = 10_000;
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
  readonly note: string;
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #nowMs: () => number;
  #head: AuditHead | null;
  #endByte: number;
  /** The file may end in a part of an entry. */
  #isBroken = false;
  /** When the last append or probe failed; null after one that did not. */
  #failedAtMs: number | null = null;
  #isClosed = false;
  #lastAppend: Promise<unknown> = Promise.resolve();
  /** Where the last page of a listing began, so that the page after it does not read the log from its end again. */
  #listedTo: { readonly sequence: number; readonly startByte: number } | null = null;

  constructor(parts: { file: FileHandle; path: string; nowMs: () => number; tail: Tail }) {
    this.#file = parts.file;
    this.#path = parts.path;
    this.#nowMs = parts.nowMs;
    this.#head = parts.tail.head;
    this.#endByte = parts.tail.endByte;
    this.note = parts.tail.note;
  }

  head(): AuditHead | null {
    return this.#head;
  }

  /** After a failure the disk is tried again while somebody asks, so that a freed one is noticed without an act. */
  isWritable(): boolean {
    if (this.#isClosed) return false;
    if (this.#failedAtMs === null) return true;
    if (this.#nowMs() - this.#failedAtMs >= PROBE_AFTER_MS) {
      this.#failedAtMs = this.#nowMs();
      this.#lastAppend = this.#lastAppend.then(() => this.#probe());
    }
    return false;
  }

  append(record: AuditRecord): Promise<AuditEntry> {
    const entry = this.#lastAppend.then(() => this.#write(record));
    this.#lastAppend = entry.catch(() => {});
    return entry;
  }

  async list(limit: number, beforeSequence = Number.POSITIVE_INFINITY): Promise<readonly AuditEntry[]> {
    await this.#lastAppend;
    const entries: AuditEntry[] = [];
    if (limit <= 0) return entries;
    const endByte = this.#listedTo?.sequence === beforeSequence ? this.#listedTo.startByte : this.#endByte;
    for await (const line of readLinesBackward(this.#file, endByte)) {
      const entry = parseEntryLine(line.text);
      // An edited line is not shown as if it were true; the verify command says where it is.
      if (typeof entry === 'string' || entry.sequence >= beforeSequence) continue;
      entries.push(entry);
      if (entries.length < limit) continue;
      this.#listedTo = { sequence: entry.sequence, startByte: line.startByte };
      break;
    }
    return entries;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#lastAppend;
    await this.#file.close();
  }

  async #write(record: AuditRecord): Promise<AuditEntry> {
    if (this.#isClosed) throw unavailable(this.#path, new Error('It is closed.'));
    try {
      await this.#checkUntouched();
      if (this.#isBroken) await this.#file.truncate(this.#endByte);
      const entry = sealEntry({
        ...record,
        sequence: (this.#head?.sequence ?? 0) + 1,
        atMs: this.#nowMs(),
        previousHash: this.#head?.hash ?? GENESIS_HASH,
      });
      const line = Buffer.from(formatEntryLine(entry));
      this.#isBroken = true;
      await this.#file.appendFile(line);
      await this.#file.datasync();
      this.#isBroken = false;
      this.#failedAtMs = null;
      this.#endByte += line.length;
      this.#head = { sequence: entry.sequence, hash: entry.hash };
      return entry;
    } catch (cause) {
      this.#isBroken = true;
      this.#failedAtMs = this.#nowMs();
      throw unavailable(this.#path, cause);
    }
  }

  /** Writes as much as a long entry beside the log and removes it again. */
  async #probe(): Promise<void> {
    const probePath = `${this.#path}.probe`;
    try {
      await this.#checkUntouched();
      await writeFile(probePath, Buffer.alloc(PROBE_BYTES), { mode: 0o600, flush: true });
      this.#failedAtMs = null;
    } catch {
      this.#failedAtMs = this.#nowMs();
    } finally {
      await rm(probePath, { force: true }).catch(() => {});
    }
  }

  /** A log that was moved, replaced or written by somebody else would take our entries out of sight. */
  async #checkUntouched(): Promise<void> {
    const [named, ours] = await Promise.all([stat(this.#path), this.#file.stat()]);
    if (named.ino !== ours.ino || named.dev !== ours.dev) {
      throw new Error('The file was moved or replaced while the server ran.');
    }
    const isOwnRest = this.#isBroken && ours.size > this.#endByte;
    if (ours.size !== this.#endByte && !isOwnRest) throw new Error('Another program has changed the file.');
  }
}

async function prepareTail(file: FileHandle, path: string): Promise<Tail> {
  const { size } = await file.stat();
  const newest = await readNewestLine(file, size);
  if (newest === null) return { head: null, endByte: 0, note: '' };
  const entry = parseEntryLine(newest.text);
  const hasEnd = await endsWithLineEnd(file, size);
  if (typeof entry !== 'string') {
    if (!hasEnd) await file.appendFile('\n');
    return { head: headOf(entry), endByte: hasEnd ? size : size + 1, note: '' };
  }
  if (hasEnd) throw new AppError('auditUnavailable', `${damaged(path)} ${entry}`);
  return setTornLineAside(file, { path, text: newest.text, startByte: newest.startByte });
}

async function setTornLineAside(
  file: FileHandle,
  torn: { path: string; text: string; startByte: number },
): Promise<Tail> {
  const asidePath = `${torn.path}.torn`;
  await appendFile(asidePath, `${torn.text}\n`, { mode: 0o600, flush: true });
  await file.truncate(torn.startByte);
  await file.datasync();
  const note = `The last line of the audit log was cut short by a crash; it was moved to ${asidePath}.`;
  const newest = await readNewestLine(file, torn.startByte);
  if (newest === null) return { head: null, endByte: 0, note };
  const entry = parseEntryLine(newest.text);
  if (typeof entry === 'string') throw new AppError('auditUnavailable', `${damaged(torn.path)} ${entry}`);
  return { head: headOf(entry), endByte: torn.startByte, note };
}

async function readNewestLine(file: FileHandle, endByte: number) {
  for await (const line of readLinesBackward(file, endByte)) return line;
  return null;
}

async function endsWithLineEnd(file: FileHandle, size: number): Promise<boolean> {
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === 0x0a;
}

function headOf(entry: AuditEntry): AuditHead {
  return { sequence: entry.sequence, hash: entry.hash };
}

/** A new file is only there after a crash when its directory is on disk too. */
async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(dirname(path), 'r');
  await directory.sync();
}

function damaged(path: string): string {
  return `The newest entry of ${path} is damaged. Move the file away and keep it; nothing can be changed until then.`;
}

function unavailable(path: string, cause: unknown): AppError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new AppError(
    'auditUnavailable',
    `The audit log ${path} cannot be written, so nothing may be changed: ${detail}`,
    { cause },
  );
}
