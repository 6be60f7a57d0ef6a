import { join } from 'node:path';
import { ensureLockFile } from './packages.mjs';

/** Packages that only some commands need, each with a lock file of its own, so that nobody else gets them. */
const folders = /** @type {const} */ ([
  {
    need: 'peers',
    folder: ['bench', 'peers'],
    doing: 'installing the libraries that the bench compares with (about 20 MB on disk)',
  },
  {
    need: 'exporters',
    folder: ['test', 'exporters'],
    doing: 'installing the libraries whose metrics the tests read (about 31 MB on disk)',
  },
  {
    need: 'libraries',
    folder: ['test', 'libraries'],
    doing: 'installing the libraries whose tags the tests purge (about 33 MB on disk)',
  },
]);

/**
 * Installs those that are needed and not there.
 * @param {readonly string[]} needs
 * @param {{ root: string, env: NodeJS.ProcessEnv }} machine
 * @returns {Promise<void>}
 */
export async function ensureExtraPackages(needs, { root, env }) {
  for (const { need, folder, doing } of folders) {
    if (needs.includes(need)) await ensureLockFile(join(root, ...folder), { root, env, doing });
  }
}
