import { join } from 'node:path';
import { ensureLockFile } from './packages.mjs';

/**
 * Installs the libraries that the bench measures beside ours. They have a lock file of their own, so that nobody gets them
 * who does not run the bench.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<void>}
 */
export async function ensurePeers(root, env) {
  await ensureLockFile(join(root, 'bench', 'peers'), {
    root,
    env,
    doing: 'installing the libraries that the bench compares with (about 20 MB on disk)',
  });
}
