import { open } from 'node:fs/promises';
import type { TargetAccess } from '../scrapeTarget.ts';
import { parseFileTargets } from './parseFileTargets.ts';
import type { TargetFinder } from './targetFinder.ts';

export interface FileFinderOptions {
  readonly path: string;
  /** For every target of the file. */
  readonly access: TargetAccess;
}

/** Reading a small file again is cheaper than to trust file events, which network file systems do not send. */
const LOOK_MS = 5_000;
/** Some 10,000 targets. */
const MAX_FILE_BYTES = 1024 * 1024;

/** Targets from a file of Prometheus's file_sd, in JSON. It is read again and again; a broken file changes nothing. */
export function fileFinder({ path, access }: FileFinderOptions): TargetFinder {
  return {
    kind: 'file',
    name: path,
    everyMs: () => LOOK_MS,
    async find() {
      const parsed = parseFileTargets(await readSmallFile(path), { path, access });
      if ('problem' in parsed) throw new Error(parsed.problem);
      return parsed;
    },
  };
}

async function readSmallFile(path: string): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const bytes = Buffer.alloc(MAX_FILE_BYTES + 1);
    // Not its size, because a pipe or a growing file has none.
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    if (bytesRead <= MAX_FILE_BYTES) return bytes.toString('utf8', 0, bytesRead);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new Error(`The file cannot be read${code}.`);
  }
  throw new Error('The file is larger than 1 MB.');
}
