import { writeFile } from 'node:fs/promises';
import { measureLibrary } from './measureLibrary.ts';
import { formatLibraryReport } from './report/formatLibraryReport.ts';
import type { LibraryReport } from './report/libraryReport.ts';

const DOCS = new URL('../../docs/benchmarks.md', import.meta.url);

export interface LibraryRun {
  readonly isQuick: boolean;
  readonly chosen: readonly string[] | null;
  readonly writesDocs: boolean;
}

/** Measures the library, and writes its page of the docs when that is asked for. Throws when the page would not be whole. */
export async function runLibrary({ isQuick, chosen, writesDocs }: LibraryRun): Promise<LibraryReport> {
  if (writesDocs && (isQuick || chosen !== null))
    throw new Error('--write-docs takes a whole run: leave out --quick and --measure');
  const report = await measureLibrary({
    isQuick,
    chosen,
    nowMs: Date.now,
    onProgress: (line) => process.stderr.write(`${line} ...\n`),
  });
  if (writesDocs) await writeFile(DOCS, formatLibraryReport(report));
  return report;
}
