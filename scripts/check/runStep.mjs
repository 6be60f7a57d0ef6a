import { spawn } from 'node:child_process';

/**
 * Runs one step and keeps what it prints, in the order in which it came.
 * @param {readonly string[]} command
 * @returns {Promise<{ isPassed: boolean, seconds: number, output: string }>}
 */
export function runStep([file = '', ...args]) {
  const startedAtMs = performance.now();
  /** @type {string[]} */
  const chunks = [];
  return new Promise((resolve) => {
    const end = (/** @type {boolean} */ isPassed) =>
      resolve({
        isPassed,
        seconds: (performance.now() - startedAtMs) / 1000,
        output: chunks.join('').trim(),
      });
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => chunks.push(String(chunk)));
    child.once('error', (error) => {
      chunks.push(error.message);
      end(false);
    });
    child.once('close', (code) => end(code === 0));
  });
}
