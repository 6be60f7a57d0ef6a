import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { announce } from './announce.mjs';
import { runAlone } from './setupLock.mjs';

/**
 * Installs the packages of the lock file unless exactly they are installed.
 * @param {string} root
 * @returns {Promise<void>}
 */
export async function ensurePackages(root) {
  await ensureLockFile(root, {
    root,
    env: process.env,
    doing: 'installing packages with npm ci (about 600 MB on disk)',
  });
}

/**
 * The same for a folder with a lock file of its own.
 * @param {string} folder
 * @param {{ root: string, env: NodeJS.ProcessEnv, doing: string }} options
 * @returns {Promise<void>}
 */
export async function ensureLockFile(folder, { root, env, doing }) {
  const isNeeded = () =>
    !arePackagesInstalled(
      readText(join(folder, 'package-lock.json')),
      readText(join(folder, 'node_modules', '.package-lock.json')),
    );
  await runAlone(root, isNeeded, () =>
    announce(doing, [...npmCommand(env), 'ci', '--loglevel=error'], {
      cwd: folder,
      env,
      advice: 'Is the npm registry reachable from here? Try "npm ping".',
    }),
  );
}

/**
 * npm writes `node_modules/.package-lock.json` at the end of an installation, so a half-done one has none. Optional
 * packages may be absent (they are for other platforms), but not of another version.
 * @param {string | null} wantedLock
 * @param {string | null} installedLock
 * @returns {boolean}
 */
export function arePackagesInstalled(wantedLock, installedLock) {
  if (wantedLock === null || installedLock === null) return false;
  const wanted = parsePackages(wantedLock);
  const installed = parsePackages(installedLock);
  for (const path of installed.keys()) if (!wanted.has(path)) return false;
  for (const [path, { version, isOptional }] of wanted) {
    const found = installed.get(path);
    if (found === undefined ? !isOptional : found.version !== version) return false;
  }
  return true;
}

/**
 * @param {string} lock
 * @returns {Map<string, { version: string, isOptional: boolean }>}
 */
function parsePackages(lock) {
  /** @type {{ packages?: Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> }} */
  const { packages = {} } = JSON.parse(lock);
  return new Map(
    Object.entries(packages)
      .filter(([path]) => path !== '')
      .map(([path, { version = '', optional, devOptional }]) => [
        path,
        { version, isOptional: optional === true || devOptional === true },
      ]),
  );
}

/**
 * The npm that runs this script, on the Node that runs it; a plain `npm` when started by hand.
 * @param {NodeJS.ProcessEnv} env
 */
function npmCommand({ npm_execpath: npmPath }) {
  return npmPath?.endsWith('.js') ? [process.execPath, npmPath] : ['npm'];
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
