import type { ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { startChild, stopChild } from './childProcess.ts';
import { freePort } from './freePort.ts';

export interface ThrowAwayRedis {
  readonly port: number;
  readonly url: string;
  /** Ends it as a crash would. It may be started again; its end is not reported as unexpected. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  start(): Promise<void>;
  /** It keeps its connections and answers nothing. */
  hang(): void;
  resume(): void;
}

export interface RedisOptions {
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** It ended although nobody asked for it. */
  readonly onUnexpectedEnd: (what: string) => void;
}

/** A redis-server of the demo's own: loopback, a free port, nothing kept on disk, 256 MB. What waits for the source has no TTL, and is never evicted. */
export async function startThrowAwayRedis(options: RedisOptions): Promise<ThrowAwayRedis> {
  mkdirSync(options.directory, { recursive: true });
  const port = await freePort();
  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    if (child !== null) return;
    const started = launch(options, port);
    child = started;
    started.once('exit', (code, signal) => {
      // `kill` forgets the child before it ends it.
      if (child === started) options.onUnexpectedEnd(`redis-server ended (${signal ?? `code ${code}`})`);
    });
    await untilItAnswers(started, port);
  };
  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    start,
    kill: async () => {
      const running = child;
      child = null;
      if (running !== null) await stopChild(running, 'SIGKILL');
    },
    hang: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
  };
}

function launch({ directory, env }: RedisOptions, port: number): ChildProcess {
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    save: '',
    appendonly: 'no',
    maxmemory: '256mb',
    'maxmemory-policy': 'volatile-lru',
    dir: directory,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  return startChild({ command: env.REDIS_SERVER ?? 'redis-server', args, directory, output: 'ignore', env });
}

async function untilItAnswers(child: ChildProcess, port: number): Promise<void> {
  let failure: Error | null = null;
  child.once('error', (error) => {
    failure = error;
  });
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if (failure !== null)
      throw new Error('redis-server could not be started. Is it installed?', { cause: failure });
    if (child.exitCode !== null)
      throw new Error(`redis-server ended with code ${child.exitCode} while it started.`);
    if (await answers(port)) return;
    await pause(25);
  }
  throw new Error('redis-server did not answer within 10 seconds.');
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
