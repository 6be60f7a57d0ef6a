import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { type UserFile, userFileSchema } from './user.ts';

/** Null = there is no file. Throws when it is there and is not to be trusted: a server without its users must not open. */
export function readUserFile(path: string): UserFile | null {
  if (!existsSync(path)) return null;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    // Not the parser's words: they quote the file.
    const why = cause instanceof SyntaxError ? 'it is not JSON' : messageOf(cause);
    throw new Error(`The users in ${path} cannot be read: ${why}.`, { cause });
  }
  const parsed = userFileSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new Error(`The users in ${path} cannot be read: ${z.prettifyError(parsed.error)}`);
}

/** All or nothing, on disk when it returns, readable by the owner only. */
export function writeUserFile(path: string, file: UserFile): void {
  const next = `${path}.next`;
  const handle = openSync(next, 'w', 0o600);
  try {
    // A file of that name from before a crash may have another mode.
    fchmodSync(handle, 0o600);
    writeSync(handle, `${JSON.stringify(file, null, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(next, path);
  const directory = openSync(dirname(path), 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
