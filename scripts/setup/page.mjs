import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { announce } from './announce.mjs';
import { runAlone } from './setupLock.mjs';

const SOURCES = ['client', 'shared', 'package-lock.json', 'vite.config.ts'];

/**
 * Builds the page into dist/page unless it was built from the very sources that are here now.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<void>}
 */
export async function ensurePage(root, env) {
  const stampPath = join(root, 'dist', 'page.stamp');
  const built = join(root, 'dist', 'page', 'index.html');
  const isNeeded = () =>
    !existsSync(built) || !existsSync(stampPath) || readFileSync(stampPath, 'utf8') !== fingerprint(root);
  await runAlone(root, isNeeded, async () => {
    // Taken before the build: a source saved during the build makes the next run build again.
    const stamp = fingerprint(root);
    await announce('building the page', ['vite', 'build'], { cwd: root, env });
    mkdirSync(join(root, 'dist'), { recursive: true });
    writeFileSync(stampPath, stamp);
  });
}

/**
 * @param {string} root
 * @returns {string} changes with the name or content of any source of the page
 */
export function fingerprint(root) {
  const hash = createHash('sha256');
  for (const path of SOURCES.flatMap((source) => listFiles(root, source))) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} path
 * @returns {string[]}
 */
function listFiles(root, path) {
  if (!existsSync(join(root, path))) return [];
  try {
    return readdirSync(join(root, path))
      .sort()
      .flatMap((name) => listFiles(root, `${path}/${name}`));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return [path];
    throw error;
  }
}
