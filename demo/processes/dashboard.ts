import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startChild, stopChild } from './childProcess.ts';

export interface DashboardOptions {
  readonly redisUrl: string;
  readonly metricsUrls: readonly string[];
  /** Signs commands to the services. */
  readonly controlSecret: string;
  /** Loads a second that the shop's database is said to stand. */
  readonly sourceCapacityPerSecond: number;
  readonly port: number;
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** The program in place of server/main.ts, for tests. */
  readonly program?: string;
  readonly print: (line: string) => void;
  readonly onUnexpectedEnd: (what: string) => void;
  /** Ends the wait for the page to start. */
  readonly signal: AbortSignal;
}

export interface Dashboard {
  readonly url: string;
  stop(): Promise<void>;
}

const READY_LINE = /^Cachescope: (http:\/\/\S+)$/;
const START_LIMIT_MS = 60_000;

/** The page as production runs it: a process of its own that knows nothing of the demo but addresses. */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const program = options.program ?? fileURLToPath(new URL('../../server/main.ts', import.meta.url));
  const metrics = options.metricsUrls.flatMap((url) => ['--metrics', url]);
  const child = startChild({
    command: process.execPath,
    args: [
      ...[program, 'serve', '--redis', options.redisUrl, ...metrics, '--environment', 'demo'],
      ...['--source-capacity', String(options.sourceCapacityPerSecond)],
      ...['--port', String(options.port), '--data', options.directory],
    ],
    directory: options.directory,
    env: { ...withoutSettings(options.env), CACHESCOPE_CONTROL_SECRET: options.controlSecret },
    output: 'pipe',
  });
  let isStopping = false;
  let url: string | null = null;
  if (child.stderr !== null) createInterface(child.stderr).on('line', options.print);
  const stop = async (): Promise<void> => {
    isStopping = true;
    await stopChild(child, 'SIGTERM');
  };
  const ready = new Promise<string>((resolve, reject) => {
    const limit = setTimeout(
      () => reject(new Error('The page did not start within a minute.')),
      START_LIMIT_MS,
    );
    options.signal.addEventListener('abort', () => reject(options.signal.reason), { once: true });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      const what = `the page's process ended (${signal ?? `code ${code}`})`;
      clearTimeout(limit);
      if (url === null) reject(new Error(what));
      else if (!isStopping) options.onUnexpectedEnd(what);
    });
    if (child.stdout === null) return;
    createInterface(child.stdout).on('line', (line) => {
      const found = READY_LINE.exec(line)?.[1];
      if (found === undefined) return options.print(line);
      clearTimeout(limit);
      url = found;
      resolve(found);
    });
  });
  try {
    return { url: await ready, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Settings of a real page in the environment must not reach the demo's. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('CACHESCOPE_')));
}
