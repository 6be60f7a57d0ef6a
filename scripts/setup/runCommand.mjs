import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** One Ctrl-C arrives several times: from the terminal and again from npm. A person's second one comes later. */
const SAME_SIGNAL_WITHIN_MS = 500;

/**
 * Runs the command in the foreground to its end; its exit code, 128 + n after a signal.
 *
 * In a terminal Ctrl-C reaches the command by itself. Without one, the command gets a process group of its own, so that
 * a signal to our group arrives once (from here) instead of twice, and what the command left running is ended with it.
 * @param {readonly string[]} command
 * @param {{ root: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>}
 */
export function runCommand([file = '', ...args], { root, env }) {
  const isInTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY || false;
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, env, stdio: 'inherit', detached: !isInTerminal });
    const stopForwarding = forwardSignals(
      child,
      isInTerminal ? ['SIGTERM'] : ['SIGINT', 'SIGTERM', 'SIGHUP'],
    );
    const ignoreSignals = () => {};
    if (isInTerminal) for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, ignoreSignals);
    child.once('error', (error) => {
      process.stderr.write(`${file} could not be started: ${error.message}\n`);
      stopForwarding();
      resolve(127);
    });
    child.once('exit', (code, signal) => {
      stopForwarding();
      if (!isInTerminal) endGroup(child.pid);
      resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
    });
  });
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {readonly NodeJS.Signals[]} signals
 */
function forwardSignals(child, signals) {
  let lastSignal = '';
  let lastAtMs = 0;
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    const nowMs = Date.now();
    const isRepeated = signal === lastSignal && nowMs - lastAtMs < SAME_SIGNAL_WITHIN_MS;
    lastSignal = signal;
    lastAtMs = nowMs;
    if (!isRepeated) child.kill(signal);
  };
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}

/** @param {number | undefined} groupId */
function endGroup(groupId) {
  if (groupId === undefined) return;
  try {
    process.kill(-groupId, 'SIGKILL');
  } catch {
    // Nothing is left in the group.
  }
}
