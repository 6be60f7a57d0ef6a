import type { FileHandle } from 'node:fs/promises';

const NEW_LINE = 0x0a;
const CHUNK_BYTES = 64 * 1024;

/** A whole line of the log, without its line end, and the byte that it starts at. */
export interface AuditLine {
  readonly text: string;
  readonly startByte: number;
}

/** Lines from the newest to the oldest, read in chunks from the end, so that a page of a long log costs a page. */
export async function* readLinesBackward(file: FileHandle, endByte: number): AsyncGenerator<AuditLine> {
  let rest: Buffer = Buffer.alloc(0);
  let restStart = endByte;
  while (restStart > 0 || rest.length > 0) {
    // The last byte of `rest` is the end of its last line; look for the line end before it.
    const at = rest.lastIndexOf(NEW_LINE, rest.length - 2);
    if (rest.length > 1 && at >= 0) {
      yield { text: textOf(rest.subarray(at + 1)), startByte: restStart + at + 1 };
      rest = rest.subarray(0, at + 1);
      continue;
    }
    if (restStart === 0) {
      yield { text: textOf(rest), startByte: 0 };
      return;
    }
    const length = Math.min(CHUNK_BYTES, restStart);
    rest = Buffer.concat([await readExactly(file, { start: restStart - length, length }), rest]);
    restStart -= length;
  }
}

/** Lines from the oldest to the newest; the last one may lack its line end. */
export async function* readLinesForward(file: FileHandle): AsyncGenerator<AuditLine> {
  let rest: Buffer = Buffer.alloc(0);
  let restStart = 0;
  let position = 0;
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    for (let at = rest.indexOf(NEW_LINE); at >= 0; at = rest.indexOf(NEW_LINE)) {
      yield { text: textOf(rest.subarray(0, at + 1)), startByte: restStart };
      rest = rest.subarray(at + 1);
      restStart += at + 1;
    }
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), startByte: restStart };
}

function textOf(line: Buffer): string {
  const hasEnd = line[line.length - 1] === NEW_LINE;
  return line.toString('utf8', 0, hasEnd ? line.length - 1 : line.length);
}

async function readExactly(file: FileHandle, span: { start: number; length: number }): Promise<Buffer> {
  const buffer = Buffer.alloc(span.length);
  let filled = 0;
  while (filled < span.length) {
    const { bytesRead } = await file.read(buffer, filled, span.length - filled, span.start + filled);
    if (bytesRead === 0) throw new Error('The audit log became shorter while it was read.');
    filled += bytesRead;
  }
  return buffer;
}
