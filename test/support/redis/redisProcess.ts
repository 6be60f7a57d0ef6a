import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { waitUntil } from './waitUntil.ts';

/** Starts redis-server with these arguments and waits until it accepts connections on the port. */
export async function launchRedisProcess(port: number, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.env.REDIS_SERVER ?? 'redis-server', args, { stdio: 'ignore' });
  let failure: Error | null = null;
  child.once('error', (error) => {
    failure = error;
  });
  try {
    await waitUntil('redis-server answers', async () => hasEnded(child) || accepts(port));
  } catch (error) {
    await endProcess(child);
    throw error;
  }
  if (hasEnded(child)) throw new Error(`redis-server ended with code ${child.exitCode}`, { cause: failure });
  return child;
}

/** kill -9, and waits for the end. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
