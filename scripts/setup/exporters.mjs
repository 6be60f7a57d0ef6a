import { join } from 'node:path';
import { ensureLockFile } from './packages.mjs';

/**
 * Installs the libraries whose metrics pages the tests read. They have a lock file of their own, so that nobody gets them
 * who does not run the tests.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<void>}
 */
export async function ensureExporters(root, env) {
  await ensureLockFile(join(root, 'test', 'exporters'), {
    root,
    env,
    doing: 'installing the libraries whose metrics the tests read (about 31 MB on disk)',
  });
}
