import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from './freePort.ts';

export interface TestRedis extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** A plain client for the test itself. */
  readonly client: Redis;
  /** kill -9, as a crash would. */
  kill(): Promise<void>;
  /** Starts again on the same port, empty. */
  restart(): Promise<void>;
  /** Stops answering without closing anything (SIGSTOP), and goes on (SIGCONT). */
  hang(): void;
  resume(): void;
}

/** A real redis-server of the test's own on a free port, without persistence; stopped when it goes out of scope. */
export async function startRedis(extraArgs: readonly string[] = []): Promise<TestRedis> {
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'cachescope-redis-'));
  let child = await launch(port, directory, extraArgs);
  const client = new Redis({
    port,
    host: '127.0.0.1',
    lazyConnect: true,
    disableClientInfo: true,
    retryStrategy: () => 50,
  });
  client.on('error', () => {});
  await client.connect();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    client,
    kill: () => stop(child, 'SIGKILL'),
    restart: async () => {
      child = await launch(port, directory, extraArgs);
    },
    hang: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    [Symbol.asyncDispose]: async () => {
      client.disconnect();
      child.kill('SIGCONT');
      await stop(child, 'SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function launch(port: number, directory: string, extraArgs: readonly string[]): Promise<ChildProcess> {
  const child = spawn(
    process.env.REDIS_SERVER ?? 'redis-server',
    [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      directory,
      ...extraArgs,
    ],
    { stdio: 'ignore' },
  );
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with code ${child.exitCode}`);
    if (await answers(port)) return child;
    await pause(25);
  }
  child.kill('SIGKILL');
  throw new Error('redis-server did not answer');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
