import { appendFile, type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '#shared/errorCodes.ts';
import { type AuditHead, isCutShort, parseEntryLine } from './auditChain.ts';
import { readLinesBackward } from './readAuditLines.ts';

/** Where a log is gone on with. */
export interface AuditTail {
  readonly head: AuditHead | null;
  readonly endByte: number;
  /** What was found and done, in a sentence for the operator; empty when nothing. */
  readonly note: string;
}

/**
 * Makes the end of the file one that can be appended to: a line that a crash cut short is set aside in `<path>.torn`.
 * Throws `AppError` auditUnavailable when the newest entry was edited, since nothing can be chained to it.
 */
export async function prepareTail(file: FileHandle, path: string): Promise<AuditTail> {
  const { size } = await file.stat();
  const newest = await readNewestLine(file, size);
  if (newest === null) return { head: null, endByte: 0, note: '' };
  const entry = parseEntryLine(newest.text);
  if (typeof entry !== 'string') {
    if (!newest.hasEnd) await file.appendFile('\n');
    return { head: entry, endByte: newest.hasEnd ? size : size + 1, note: '' };
  }
  if (newest.hasEnd || !isCutShort(newest.text)) throw damaged(path, entry);
  return setTornLineAside(file, { path, text: newest.text, startByte: newest.startByte });
}

/** A new file is only there after a crash when its directory is on disk too. */
export async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(dirname(path), 'r');
  await directory.sync();
}

async function setTornLineAside(
  file: FileHandle,
  torn: { path: string; text: string; startByte: number },
): Promise<AuditTail> {
  const asidePath = `${torn.path}.torn`;
  await appendFile(asidePath, `${torn.text}\n`, { mode: 0o600, flush: true });
  await file.truncate(torn.startByte);
  await file.datasync();
  const note = `The last line of the audit log was cut short by a crash; it was moved to ${asidePath}.`;
  const newest = await readNewestLine(file, torn.startByte);
  if (newest === null) return { head: null, endByte: 0, note };
  const entry = parseEntryLine(newest.text);
  if (typeof entry === 'string') throw damaged(torn.path, entry);
  return { head: entry, endByte: torn.startByte, note };
}

async function readNewestLine(file: FileHandle, endByte: number) {
  for await (const [newest] of readLinesBackward(file, endByte)) return newest ?? null;
  return null;
}

function damaged(path: string, problem: string): AppError {
  return new AppError(
    'auditUnavailable',
    `The newest entry of ${path} is damaged. Move the file away and keep it; nothing can be changed until then. ${problem}`,
  );
}
