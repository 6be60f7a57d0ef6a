import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** The version of a package of ours that is installed, or of our own with `..`. */
export async function readPackageVersion(name: string): Promise<string> {
  const url = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return z.object({ version: z.string() }).parse(JSON.parse(await readFile(url, 'utf8'))).version;
}
