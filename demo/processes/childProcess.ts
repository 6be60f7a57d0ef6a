import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Removed when the demo is killed without a chance to clean up. */
  readonly directory: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly output: 'ignore' | 'pipe';
}

/** Waits for our end (its input closes), then ends the child and removes the directory. */
const WATCHDOG = 'cat >/dev/null; kill -9 "$1" 2>/dev/null; sleep 0.3; rm -rf "$2"';

/**
 * Starts a child in a session of its own, so that Ctrl-C reaches the demo alone, which then stops its children in order. A
 * watchdog ends the child when the demo dies by `kill -9`.
 */
export function startChild({ command, args, directory, env, output }: ChildOptions): ChildProcess {
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', output, output],
    env: env ?? process.env,
  });
  if (child.pid === undefined) return child;
  const watchdog = spawn('sh', ['-c', WATCHDOG, 'sh', String(child.pid), directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.on('error', () => {});
  watchdog.stdin?.on('error', () => {});
  // The group: `cat` is a child of the shell.
  child.once('exit', () => {
    if (watchdog.pid !== undefined) endGroup(watchdog.pid);
  });
  return child;
}

/** Asks with a signal, insists with SIGKILL after `patienceMs`, and returns when the child is gone. */
export async function stopChild(
  child: ChildProcess,
  signal: NodeJS.Signals,
  patienceMs = 5_000,
): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  const insist = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  child.kill(signal);
  await gone;
  clearTimeout(insist);
}

function endGroup(groupId: number): void {
  try {
    process.kill(-groupId, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
