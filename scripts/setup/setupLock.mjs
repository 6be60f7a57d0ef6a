import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_AGAIN_MS = 200;

/**
 * Runs a set-up step alone in this checkout, unless it has become needless while waiting for another run's set-up.
 * Outside node_modules, because `npm ci` empties that.
 * @param {string} root
 * @param {() => boolean} isNeeded
 * @param {() => Promise<void>} step
 * @returns {Promise<void>}
 */
export async function runAlone(root, isNeeded, step) {
  if (!isNeeded()) return;
  const path = join(root, 'dist', '.setup.lock');
  mkdirSync(dirname(path), { recursive: true });
  await takeLock(path);
  try {
    if (isNeeded()) await step();
  } finally {
    rmSync(path, { force: true });
  }
}

/** @param {string} path */
async function takeLock(path) {
  let isAnnounced = false;
  while (true) {
    try {
      return writeFileSync(path, String(process.pid), { flag: 'wx' });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = readHolder(path);
    if (holder !== null && !isAlive(holder)) {
      rmSync(path, { force: true });
      continue;
    }
    if (!isAnnounced)
      process.stdout.write(`Set-up: waiting for another run (process ${holder ?? '?'}) ...\n`);
    isAnnounced = true;
    await pause(LOOK_AGAIN_MS);
  }
}

/**
 * Null while the holder has created the file but not yet written its number, or has just removed it.
 * @param {string} path
 */
function readHolder(path) {
  try {
    const processId = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(processId) && processId > 0 ? processId : null;
  } catch {
    return null;
  }
}

/** @param {number} processId */
function isAlive(processId) {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
