import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { openViewer } from '#test/support/openViewer.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import { fillKeyspace } from './fillKeyspace.ts';

/** What the server costs while nothing happens: one target, one viewer. */
export interface AtRestReport {
  readonly seconds: number;
  /** Of one core, 0-1. */
  readonly cpuRatio: number;
  readonly residentMebibytes: number;
  /** Commands that Redis ran for us, those of sampling rounds left out: they have a budget of their own. */
  readonly commandsPerSecond: number;
  readonly samplingCommandsPerSecond: number;
  readonly redisCpuRatio: number;
  readonly redisConnectionCount: number;
}

const KEY_COUNT = 100_000;
/** After the start: modules are compiled, the first sampling round is over. */
const WARM_UP_MS = 20_000;
const SAMPLING_COMMANDS = ['scan', 'dbsize', 'pttl', 'type', 'memory|usage'] as const;
const CLOCK_TICKS_PER_SECOND = 100;

/** Starts the server itself on a quiet Redis of 100,000 keys and watches it from outside. Linux only (/proc). */
export async function measureAtRest(seconds: number): Promise<AtRestReport> {
  await using redis = await startRedis();
  await fillKeyspace(
    { host: '127.0.0.1', port: redis.port, database: 0, username: null, password: null, tls: null },
    KEY_COUNT,
  );
  const data = await mkdtemp(join(tmpdir(), 'cachescope-bench-'));
  const program = [...(await nodeFlagsOfStart()), 'server/main.ts'];
  // From its second start on the program runs from Node's compile cache, and without a TypeScript parser in memory.
  const env = { NODE_COMPILE_CACHE: 'node_modules/.cache/node', ...process.env };
  execFileSync(process.execPath, [...program, '--help'], { env, stdio: 'ignore' });
  const child = spawn(
    process.execPath,
    [...program, 'serve', '--redis', redis.url, '--port', '0', '--data', data],
    { env, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const viewer = await openViewer(await addressOf(child.stdout));
    await pause(WARM_UP_MS);
    const before = await readCosts(child.pid, redis);
    await pause(seconds * 1_000);
    const after = await readCosts(child.pid, redis);
    viewer.close();
    return {
      seconds,
      cpuRatio: (after.cpuSeconds - before.cpuSeconds) / seconds,
      residentMebibytes: after.residentKib / 1_024,
      // Our own INFO that ends the span is one of them.
      commandsPerSecond: (after.commandCount - before.commandCount - 1) / seconds,
      samplingCommandsPerSecond: (after.samplingCount - before.samplingCount) / seconds,
      redisCpuRatio: (after.redisCpuSeconds - before.redisCpuSeconds) / seconds,
      redisConnectionCount: after.connectionCount - 1,
    };
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    await rm(data, { recursive: true, force: true });
  }
}

/** What `npm start` tells Node, so that the program is measured as it is run. */
async function nodeFlagsOfStart(): Promise<readonly string[]> {
  const manifest: string = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  const flags = /"start": "[^"]* node ((?:--\S+ )*)server\/main\.ts/.exec(manifest)?.[1] ?? '';
  return flags.split(' ').filter((flag) => flag !== '');
}

/** The address that the server prints when it is ready. */
async function addressOf(stdout: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stdout })) {
    const address = /^Cachescope: (http\S+)/.exec(line)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error('the server ended before it was ready');
}

interface Costs {
  readonly cpuSeconds: number;
  readonly residentKib: number;
  readonly commandCount: number;
  readonly samplingCount: number;
  readonly redisCpuSeconds: number;
  readonly connectionCount: number;
}

async function readCosts(pid: number | undefined, redis: TestRedis): Promise<Costs> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  // Fields after the name in parentheses; user and system time are the 14th and 15th of all.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const info = await redis.client.info('everything');
  const calls = (command: string): number => {
    const stat = `cmdstat_${command.replace('|', '\\|')}:calls=(\\d+)`;
    return Number(new RegExp(stat).exec(info)?.[1] ?? 0);
  };
  const samplingCount = SAMPLING_COMMANDS.map(calls).reduce((sum, count) => sum + count, 0);
  const number = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND,
    residentKib: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]),
    commandCount: number('total_commands_processed') - samplingCount,
    samplingCount,
    redisCpuSeconds: number('used_cpu_user') + number('used_cpu_sys'),
    connectionCount: number('connected_clients'),
  };
}
