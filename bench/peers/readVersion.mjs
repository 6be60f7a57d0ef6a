import { readFile } from 'node:fs/promises';

/**
 * The installed version of a package of this folder.
 * @param {string} name
 * @returns {Promise<string>}
 */
export async function readVersion(name) {
  const url = new URL(`./node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(await readFile(url, 'utf8')).version;
}
