import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { freePort } from './freePort.ts';
import { openNodeClient } from './redis/openNodeClient.ts';
import { endProcess, launchRedisProcess } from './redis/redisProcess.ts';

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
  const client = await openNodeClient(port);
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    client,
    kill: () => endProcess(child),
    restart: async () => {
      child = await launch(port, directory, extraArgs);
    },
    hang: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    [Symbol.asyncDispose]: async () => {
      client.disconnect();
      child.kill('SIGCONT');
      await endProcess(child);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function launch(port: number, directory: string, extraArgs: readonly string[]): Promise<ChildProcess> {
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory];
  return launchRedisProcess(port, [...own, '--save', '', '--appendonly', 'no', ...extraArgs]);
}
