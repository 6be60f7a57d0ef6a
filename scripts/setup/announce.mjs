import { spawn } from 'node:child_process';

const LIFE_SIGN_EVERY_MS = 10_000;
const KEPT_OUTPUT_LINES = 25;
const INTERRUPTIONS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** Set-up cannot go on; the message says why and what to do, and is all that is printed. */
export class SetupFailure extends Error {}

/**
 * Runs one set-up command quietly: says what it does, shows life every 10 s, and prints the end of the command's
 * output only when it fails.
 * @param {string} doing
 * @param {readonly string[]} command
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, advice?: string, print?: (line: string) => void }} [options]
 * @returns {Promise<void>}
 */
export async function announce(doing, command, options = {}) {
  const print = options.print ?? ((line) => void process.stdout.write(`${line}\n`));
  const startedAtMs = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAtMs) / 1000)} s`;
  print(`Set-up: ${doing} ...`);
  const lifeSign = setInterval(() => print(`        still at it (${elapsed()})`), LIFE_SIGN_EVERY_MS);
  const ended = await collectOutput(command, options).finally(() => clearInterval(lifeSign));
  if (ended.isInterrupted) throw new SetupFailure(`Set-up was interrupted: ${doing}`);
  if (ended.code === 0) return print(`        done (${elapsed()})`);
  const advice = options.advice === undefined ? '' : `\n\n${options.advice}`;
  throw new SetupFailure(`Set-up failed: ${doing}\n$ ${command.join(' ')}\n${ended.output}${advice}`);
}

/**
 * An interrupted command is told and waited for, so that set-up leaves no process and no lock behind.
 * @param {readonly string[]} command
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ code: number | null, output: string, isInterrupted: boolean }>}
 */
function collectOutput([file = '', ...args], { cwd, env }) {
  return new Promise((resolve) => {
    /** @type {string[]} */
    const chunks = [];
    let isInterrupted = false;
    const child = spawn(file, args, { cwd, env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
    const interrupt = (/** @type {NodeJS.Signals} */ signal) => {
      isInterrupted = true;
      child.kill(signal);
    };
    for (const signal of INTERRUPTIONS) process.on(signal, interrupt);
    const end = (/** @type {number | null} */ code) => {
      for (const signal of INTERRUPTIONS) process.off(signal, interrupt);
      const lines = chunks.join('').trimEnd().split('\n');
      resolve({ code, output: lines.slice(-KEPT_OUTPUT_LINES).join('\n'), isInterrupted });
    };
    child.stdout.on('data', (chunk) => chunks.push(String(chunk)));
    child.stderr.on('data', (chunk) => chunks.push(String(chunk)));
    child.once('error', (error) => {
      chunks.push(error.message);
      end(null);
    });
    child.once('close', end);
  });
}
