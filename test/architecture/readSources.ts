import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { SourceFile } from './sourceFile.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const TOP_FOLDERS = ['shared', 'cache', 'server', 'client', 'demo', 'bench', 'test'];

/** Every TypeScript file of the repository. */
export async function readSources(): Promise<readonly SourceFile[]> {
  const listed = await Promise.all(
    TOP_FOLDERS.filter((folder) => existsSync(join(ROOT, folder))).map((folder) =>
      readdir(join(ROOT, folder), { recursive: true, withFileTypes: true }),
    ),
  );
  const paths = listed
    .flat()
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .filter((entry) => !entry.parentPath.includes('/node_modules'))
    .map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.map(async (path) => ({ path: relative(ROOT, path), text: await readFile(path, 'utf8') })),
  );
}
