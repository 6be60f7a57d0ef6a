import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface TestCachescope extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** Everything that it wrote to stdout and stderr so far. */
  output(): string;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** The exit code when it has ended; null while it runs. */
  exitCode(): number | null;
}

export interface CachescopeOptions {
  readonly redisUrl: string;
  /** Further arguments of `serve`. */
  readonly args?: readonly string[];
  /** Kept after the end when given; else a new one that is removed. */
  readonly dataDirectory?: string;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The real server as its own process on a free port, as `npm start` runs it. */
export async function startCachescope(options: CachescopeOptions): Promise<TestCachescope> {
  const ownDirectory = await mkdtemp(join(tmpdir(), 'cachescope-data-'));
  const args = ['--redis', options.redisUrl, '--port', '0', '--data', options.dataDirectory ?? ownDirectory];
  const child = spawn(process.execPath, ['server/main.ts', 'serve', ...args, ...(options.args ?? [])], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const url = await address(child, () => output);
  return {
    url,
    pid: child.pid ?? 0,
    output: () => output,
    stop: () => stop(child),
    exitCode: () => child.exitCode,
    [Symbol.asyncDispose]: async () => {
      await stop(child);
      await rm(ownDirectory, { recursive: true, force: true });
    },
  };
}

function address(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const match = /^Cachescope: (http:\/\/\S+)$/m.exec(output());
      if (match?.[1] !== undefined) resolve(match[1]);
    };
    child.stdout?.on('data', look);
    child.once('exit', (code) => reject(new Error(`cachescope ended with code ${code}:\n${output()}`)));
  });
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  return child.exitCode;
}
