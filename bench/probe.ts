import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { openLookupTally } from '#server/jobs/probe/lookupTally.ts';
import { type MonitorStream, openMonitorStream } from '#server/redis/probe/openMonitorStream.ts';
import { openOwnAddresses } from '#server/redis/probe/ownAddresses.ts';
import { createPatternLearner } from '#shared/keyPattern/patternLearner.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { medianOf } from './medianOf.ts';

export interface ProbeReport {
  readonly runCount: number;
  /** Lines of MONITOR from a socket in a second of our CPU, each parsed and its key turned into a pattern. */
  readonly linesPerSecond: { readonly ours: number; readonly ioredis: number };
  /** GETs a second that Redis serves at its limit, by commands in a pipeline. */
  readonly loads: readonly LoadRow[];
}

interface LoadRow {
  readonly pipeline: number;
  readonly alone: number;
  readonly attached: number;
  readonly bursts: number;
}

const LINES = 400_000;
const KEYS = 100_000;
/** Long enough for two bursts. */
const LOAD_SECONDS = 8;
const BURST_MS = 200;
const BURST_EVERY_MS = 5_000;
const run = promisify(execFile);

/** What the probe reads, and what Redis serves meanwhile, on throw-away servers. */
export async function measureProbe(runCount: number): Promise<ProbeReport> {
  const ours: number[] = [];
  const ioredis: number[] = [];
  for (let count = 0; count < runCount; count += 1) {
    ours.push(await linesPerSecond(readOurs));
    ioredis.push(await linesPerSecond(readByIoredis));
  }
  const loads = [await measureLoad(1, runCount), await measureLoad(16, runCount)];
  return { runCount, linesPerSecond: { ours: medianOf(ours), ioredis: medianOf(ioredis) }, loads };
}

async function linesPerSecond(read: (port: number) => Promise<number>): Promise<number> {
  const child = fork(new URL('./pourMonitorProcess.ts', import.meta.url), [String(LINES)]);
  const [address] = await once(child, 'message');
  const { port } = z.object({ port: z.number() }).parse(address);
  const before = process.cpuUsage();
  const count = await read(port);
  const { user, system } = process.cpuUsage(before);
  child.kill();
  if (count !== LINES) throw new Error(`${count} lines were read of ${LINES}`);
  return count / ((user + system) / 1_000_000);
}

function openStream(port: number): Promise<MonitorStream> {
  const tally = openLookupTally(createPatternLearner());
  return openMonitorStream({
    settings: { host: '127.0.0.1', port, database: 0, username: null, password: null, tls: null },
    addresses: openOwnAddresses(),
    mark: 'bench:',
    timeoutMs: 10_000,
    sink: { onLookup: tally.add, onMark: () => {} },
  });
}

async function readOurs(port: number): Promise<number> {
  const stream = await openStream(port);
  await stream.ended;
  return stream.counts().lineCount;
}

/** The same by the client library: it splits every argument of every line. */
async function readByIoredis(port: number): Promise<number> {
  const tally = openLookupTally(createPatternLearner());
  const client = new Redis({
    port,
    enableReadyCheck: false,
    disableClientInfo: true,
    protocol: 2,
    retryStrategy: () => null,
  });
  client.on('error', () => {});
  const monitor = await client.monitor();
  let count = 0;
  await new Promise<void>((resolve) => {
    monitor.on('monitor', (_time: string, [command = '', key = '']: string[]) => {
      count += 1;
      if (command.toUpperCase() === 'GET') tally.add(key, false);
      if (count === LINES) resolve();
    });
    monitor.on('end', resolve);
  });
  monitor.disconnect();
  client.disconnect();
  return count;
}

async function measureLoad(pipeline: number, runCount: number): Promise<LoadRow> {
  await using redis = await startRedis();
  await redis.client.config('SET', 'notify-keyspace-events', 'Em');
  const load = (requestCount: number, command = 'get') =>
    benchmark(redis.port, { pipeline, requestCount, command });
  await load(KEYS, 'set');
  const requestCount = Math.round((await load(KEYS)) * LOAD_SECONDS);
  const rates: Record<'alone' | 'attached' | 'bursts', number[]> = { alone: [], attached: [], bursts: [] };
  for (let count = 0; count < runCount; count += 1) {
    await redis.client.config('SET', 'notify-keyspace-events', '');
    rates.alone.push(await load(requestCount));
    await redis.client.config('SET', 'notify-keyspace-events', 'Em');
    const stream = await openStream(redis.port);
    rates.attached.push(await load(requestCount));
    stream.close();
    const stop = new AbortController();
    const bursts = attachInBursts(redis.port, stop.signal);
    rates.bursts.push(await load(requestCount));
    stop.abort();
    await bursts;
  }
  return {
    pipeline,
    alone: medianOf(rates.alone),
    attached: medianOf(rates.attached),
    bursts: medianOf(rates.bursts),
  };
}

async function attachInBursts(port: number, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const stream = await openStream(port);
    await pause(BURST_MS);
    stream.close();
    await pause(BURST_EVERY_MS - BURST_MS, undefined, { signal: stop }).catch(() => {});
  }
}

async function benchmark(
  port: number,
  { pipeline, requestCount, command }: { pipeline: number; requestCount: number; command: string },
): Promise<number> {
  const numbers = ['-p', port, '-P', pipeline, '-n', requestCount, '-r', KEYS, '-c', 20];
  const { stdout } = await run('redis-benchmark', [...numbers.map(String), '-t', command, '--csv']);
  const perSecond = Number(/^"(?:GET|SET)","([\d.]+)"/m.exec(stdout)?.[1]);
  if (!(perSecond > 0)) throw new Error(`redis-benchmark said: ${stdout.slice(0, 200)}`);
  return perSecond;
}
