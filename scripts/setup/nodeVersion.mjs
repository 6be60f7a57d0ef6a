import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupFailure } from './announce.mjs';

const OLDEST_NODE = /** @type {const} */ ([24, 15]);

/**
 * The environment of the command: node_modules/.bin first, so that `node` is the Node of the lock file. Where the lock
 * file has none (macOS), the Node that runs this script must be young enough.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {string} [ownVersion]
 * @returns {NodeJS.ProcessEnv}
 */
export function ensureNode(root, env, ownVersion = process.versions.node) {
  const binaries = join(root, 'node_modules', '.bin');
  if (!existsSync(join(binaries, 'node')) && !isYoungEnough(ownVersion))
    throw new SetupFailure(
      `Cachescope needs Node ${OLDEST_NODE.join('.')} or newer. The lock file brings it on Linux and Windows; ` +
        `here (${process.platform} ${process.arch}) it does not, and the Node at hand is ${ownVersion}.\n` +
        'Install it, for example with "brew install node@24" or from https://nodejs.org, and run the command again.',
    );
  return { ...env, PATH: [binaries, env.PATH].filter(Boolean).join(delimiter) };
}

/** @param {string} version */
export function isYoungEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}
