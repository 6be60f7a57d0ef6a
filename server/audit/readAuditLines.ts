import type { FileHandle } from 'node:fs/promises';
import { AppError } from '#shared/errorCodes.ts';

const NEW_LINE = 0x0a;
const CHUNK_BYTES = 64 * 1024;

/** A line of the log, without its line end. */
export interface AuditLine {
  readonly text: string;
  readonly startByte: number;
  /** Of the byte after it and its line end. */
  readonly endByte: number;
  /** False of a last line that lacks its line end. */
  readonly hasEnd: boolean;
}

/**
 * Lines from the newest to the oldest, as many at once as a chunk ends, so that a page of a long log costs a page and
 * the event loop is free between chunks.
 */
export async function* readLinesBackward(
  file: FileHandle,
  endByte: number,
): AsyncGenerator<readonly AuditLine[]> {
  let start = endByte;
  /** Pieces of the line that begins before `start`, the first of it first. */
  let rest: readonly Buffer[] = [];
  while (start > 0) {
    const length = Math.min(CHUNK_BYTES, start);
    const chunk = await readExactly(file, { start: start - length, length });
    start -= length;
    // The line end that is the very last byte ends the newest line and begins none.
    const isNewest = start + length === endByte;
    const at = chunk.indexOf(NEW_LINE);
    const firstEnd = isNewest && at === length - 1 ? -1 : at;
    if (firstEnd < 0) {
      rest = [chunk, ...rest];
      continue;
    }
    const whole = Buffer.concat([chunk.subarray(firstEnd + 1), ...rest]);
    const lines = splitLines(whole, start + firstEnd + 1);
    if (lines.length > 0) yield lines.reverse();
    rest = [chunk.subarray(0, firstEnd + 1)];
  }
  const oldest = splitLines(Buffer.concat(rest), 0);
  if (oldest.length > 0) yield oldest;
}

interface ForwardSpan {
  readonly startByte?: number;
  /** Bytes from here on are not read; absent = to the end. */
  readonly endByte?: number | undefined;
}

/** Lines from the oldest to the newest, from a line's start on, as many at once as a chunk ends. */
export async function* readLinesForward(
  file: FileHandle,
  { startByte = 0, endByte = Number.POSITIVE_INFINITY }: ForwardSpan = {},
): AsyncGenerator<readonly AuditLine[]> {
  let rest: readonly Buffer[] = [];
  let restStart = startByte;
  let position = startByte;
  for (;;) {
    const wanted = Math.min(CHUNK_BYTES, endByte - position);
    const chunk = Buffer.alloc(Math.max(0, wanted));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    const read = chunk.subarray(0, bytesRead);
    const lastEnd = read.lastIndexOf(NEW_LINE);
    if (lastEnd < 0) {
      rest = [...rest, read];
      continue;
    }
    const whole = Buffer.concat([...rest, read.subarray(0, lastEnd + 1)]);
    yield splitLines(whole, restStart);
    restStart += whole.length;
    rest = [read.subarray(lastEnd + 1)];
  }
  const last = splitLines(Buffer.concat(rest), restStart);
  if (last.length > 0) yield last;
}

/**
 * The first line that `isBeyond`, given that all after it are too: by halving, so that a place in a long log is found by
 * some reads. Resolves with the byte that it starts at, or `endByte`.
 */
export async function findFirstLine(
  file: FileHandle,
  endByte: number,
  isBeyond: (text: string) => boolean,
): Promise<number> {
  // Lines that start before `low`, a line's start, are not beyond; lines that start at `high` or later are.
  let low = 0;
  let high = endByte;
  while (high - low > CHUNK_BYTES) {
    const middle = low + Math.floor((high - low) / 2);
    const line = await readLineAfter(file, { startByte: middle, endByte });
    if (line === null || line.startByte >= high || isBeyond(line.text)) high = middle + 1;
    else low = line.endByte;
  }
  for await (const lines of readLinesForward(file, { startByte: low, endByte })) {
    const found = lines.find(({ text }) => isBeyond(text));
    if (found !== undefined) return found.startByte;
  }
  return endByte;
}

/** The first line that starts after `startByte`; null when none does before `endByte`. */
async function readLineAfter(
  file: FileHandle,
  { startByte, endByte }: { readonly startByte: number; readonly endByte: number },
): Promise<AuditLine | null> {
  let isFirst = true;
  for await (const lines of readLinesForward(file, { startByte, endByte })) {
    const found = isFirst ? lines[1] : lines[0];
    isFirst = false;
    if (found !== undefined) return found;
  }
  return null;
}

/** `bytes` begin with a line's start, `startByte` in the file. */
function splitLines(bytes: Buffer, startByte: number): AuditLine[] {
  const lines: AuditLine[] = [];
  let from = 0;
  while (from < bytes.length) {
    const at = bytes.indexOf(NEW_LINE, from);
    const hasEnd = at >= 0;
    const to = hasEnd ? at : bytes.length;
    const next = hasEnd ? at + 1 : to;
    lines.push({
      text: bytes.toString('utf8', from, to),
      startByte: startByte + from,
      endByte: startByte + next,
      hasEnd,
    });
    from = next;
  }
  return lines;
}

async function readExactly(file: FileHandle, span: { start: number; length: number }): Promise<Buffer> {
  const buffer = Buffer.alloc(span.length);
  let filled = 0;
  while (filled < span.length) {
    const { bytesRead } = await file.read(buffer, filled, span.length - filled, span.start + filled);
    if (bytesRead === 0)
      throw new AppError(
        'auditUnavailable',
        'The file of the audit log became shorter while the server ran.',
      );
    filled += bytesRead;
  }
  return buffer;
}
