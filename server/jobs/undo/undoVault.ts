import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#server/clock/clock.ts';
import { decodeKeptBatch, encodeKeptBatch, type KeptBatch } from './keptBatch.ts';

/** How long what was removed can be brought back, from the end of the purge. */
export const UNDO_KEPT_MS = 15 * 60_000;
/** Values of all purges that are kept at one time. Ours. */
const UNDO_MOST_BYTES = 256 * 1_024 * 1_024;

const SWEEP_EVERY_MS = 60_000;
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const LENGTH_BYTES = 4;

/** What a purge keeps could not be kept: the text says why. */
export class UndoFault extends Error {}

/** Says what a record is of. */
export interface KeptFrom {
  readonly jobId: string;
  /** Of the selection. */
  readonly words: string;
  readonly subject: string;
}

/** What one purge removed. */
export interface UndoRecord {
  readonly from: KeptFrom;
  /** Values, without keys that only index them. */
  readonly keyCount: number;
  /** Of these, entries of cachescope/cache, which come back as stale. */
  readonly entryCount: number;
  /** Null while the purge runs. */
  readonly untilMs: number | null;
  /** Written when it resolves. Throws `UndoFault`. */
  append(batch: KeptBatch): Promise<void>;
  /** From now on it can be brought back; a record of nothing is forgotten. */
  seal(): Promise<void>;
  /** In the order in which they were removed. Throws `UndoFault` when the file is not what was written. */
  batches(): AsyncGenerator<KeptBatch>;
  forget(): Promise<void>;
}

/**
 * Values that purges removed, outside of the Redis that they were removed from: files that are encrypted (AES-256-GCM) with
 * keys which only this process has. A server that ends takes them with it, and the next one deletes the files.
 */
export class UndoVault {
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #mostBytes: number;
  readonly #records = new Map<string, FileRecord>();
  #sweeping: NodeJS.Timeout | null = null;

  constructor(parts: { readonly directory: string; readonly clock: Clock; readonly mostBytes?: number }) {
    this.#directory = parts.directory;
    this.#clock = parts.clock;
    this.#mostBytes = parts.mostBytes ?? UNDO_MOST_BYTES;
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Bytes that a purge may still keep. */
  freeBytes(): number {
    const used = [...this.#records.values()].reduce((sum, record) => sum + record.byteCount, 0);
    return Math.max(0, this.#mostBytes - used);
  }

  begin(from: KeptFrom): UndoRecord {
    const record = new FileRecord(from, {
      path: join(this.#directory, `${from.jobId}.bin`),
      directory: this.#directory,
      clock: this.#clock,
      freeBytes: () => this.freeBytes(),
      onForgotten: () => this.#records.delete(from.jobId),
    });
    this.#records.set(from.jobId, record);
    return record;
  }

  /** Null when nothing of the job is kept (any more), or while it runs. */
  find(jobId: string): UndoRecord | null {
    const record = this.#records.get(jobId);
    return record?.untilMs === undefined || record.untilMs === null || record.untilMs <= this.#clock.nowMs()
      ? null
      : record;
  }

  /** From now on what is past its time is forgotten within a minute. */
  sweepEachMinute(): void {
    this.#sweeping ??= setInterval(() => void this.sweep(), SWEEP_EVERY_MS).unref();
  }

  /** Forgets what is past its time. */
  async sweep(): Promise<void> {
    for (const record of [...this.#records.values()]) {
      if (record.untilMs !== null && record.untilMs <= this.#clock.nowMs()) await record.forget();
    }
  }

  async close(): Promise<void> {
    if (this.#sweeping !== null) clearInterval(this.#sweeping);
    for (const record of [...this.#records.values()]) await record.forget();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

interface FileParts {
  readonly path: string;
  readonly directory: string;
  readonly clock: Clock;
  readonly freeBytes: () => number;
  readonly onForgotten: () => void;
}

class FileRecord implements UndoRecord {
  readonly from: KeptFrom;
  readonly #parts: FileParts;
  readonly #key = randomBytes(KEY_BYTES);
  #file: FileHandle | null = null;
  #batchCount = 0;
  byteCount = 0;
  keyCount = 0;
  entryCount = 0;
  untilMs: number | null = null;

  constructor(from: KeptFrom, parts: FileParts) {
    this.from = from;
    this.#parts = parts;
  }

  async append(batch: KeptBatch): Promise<void> {
    const sealed = this.#encrypt(encodeKeptBatch(batch));
    if (sealed.length > this.#parts.freeBytes()) {
      throw new UndoFault('What is removed does not fit into what is kept for an undo.');
    }
    try {
      this.#file ??= await this.#create();
      await this.#file.write(sealed, 0, sealed.length, this.byteCount);
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      throw new UndoFault(`What is removed could not be kept for an undo (${why}).`);
    }
    this.byteCount += sealed.length;
    this.#batchCount += 1;
    this.keyCount += batch.values.length;
    this.entryCount += batch.values.filter(({ form }) => form === 'entry').length;
  }

  async seal(): Promise<void> {
    if (this.keyCount === 0) await this.forget();
    else this.untilMs = this.#parts.clock.nowMs() + UNDO_KEPT_MS;
  }

  async *batches(): AsyncGenerator<KeptBatch> {
    let at = 0;
    for (let count = 0; count < this.#batchCount; count += 1) {
      const length = (await this.#read(at, LENGTH_BYTES)).readUInt32BE(0);
      yield decodeKeptBatch(this.#decrypt(await this.#read(at + LENGTH_BYTES, length)));
      at += LENGTH_BYTES + length;
    }
  }

  async forget(): Promise<void> {
    this.#parts.onForgotten();
    this.#key.fill(0);
    this.untilMs = null;
    await this.#file?.close();
    this.#file = null;
    rmSync(this.#parts.path, { force: true });
  }

  #create(): Promise<FileHandle> {
    mkdirSync(this.#parts.directory, { recursive: true, mode: 0o700 });
    return open(this.#parts.path, 'wx+', 0o600);
  }

  async #read(at: number, length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = (await this.#file?.read(bytes, 0, length, at)) ?? { bytesRead: 0 };
    if (bytesRead !== length) throw new UndoFault('What was kept for an undo is gone or cut short.');
    return bytes;
  }

  #encrypt(plain: Buffer): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
    const body = Buffer.concat([cipher.update(plain), cipher.final()]);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(IV_BYTES + TAG_BYTES + body.length);
    return Buffer.concat([length, iv, cipher.getAuthTag(), body]);
  }

  #decrypt(sealed: Buffer): Buffer {
    const iv = sealed.subarray(0, IV_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, iv);
    decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    } catch {
      throw new UndoFault('What was kept for an undo was changed by somebody else.');
    }
  }
}
