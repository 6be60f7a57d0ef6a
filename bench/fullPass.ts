import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { RedisSettings } from '#server/config/config.ts';
import { encodePage, parseScan } from '#server/redis/keyPage.ts';
import { openKeyStream } from '#server/redis/keyStream.ts';
import { openLookupLedger } from '#server/redis/lookupLedger.ts';
import { openRespSession } from '#server/redis/respSession.ts';
import { createPatternLearner } from '#shared/keyPattern/patternLearner.ts';
import { formatKey } from '#shared/keyText.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import { fillKeyspace } from './fillKeyspace.ts';
import { type GetLoad, type LoadReport, startGetLoad } from './getLoad.ts';
import { medianOf } from './medianOf.ts';
import { serverCpuMicros } from './serverCpuMicros.ts';

const CONTESTANTS = ['bareScan', 'fullPass', 'memkeys'] as const;
type Contestant = (typeof CONTESTANTS)[number];

/** Medians of one contestant, alone on the server. */
export interface PassReport {
  readonly keysPerSecond: number;
  readonly serverMicrosPerKey: number;
  readonly clientMicrosPerKey: number;
}

export interface FullPassReport {
  readonly keyCount: number;
  readonly runCount: number;
  readonly passes: Readonly<Record<Contestant, PassReport>>;
  readonly neighbours: {
    readonly perSecond: number;
    readonly idle: LoadReport;
    readonly fullPass: LoadReport;
    readonly polite: LoadReport;
    readonly politeSeconds: number;
  };
}

export interface FullPassOptions {
  readonly keyCount: number;
  readonly runCount: number;
}

const SCAN_COUNT = 1_000;
/** Pages at full speed: larger ones are hardly faster, and each holds the server for longer. */
const PAGE_COUNT = 200;
/** Half a page is half the wait of the GET that meets it: p90 1.7 times idle in place of 2.1 with 100. */
const POLITE_PAGE_COUNT = 50;
/** A million keys within a minute. Redis is busy with us for some 9 % of the time, so that nine GETs in ten meet no page. */
const POLITE_KEYS_PER_SECOND = 18_000;
/** How far a pass that was held up may hurry to catch up; more would be a burst. */
const MAX_CATCH_UP_MS = 50;
const LOAD_PER_SECOND = 10_000;
const IDLE_MS = 5_000;

/** Measures the passes in turn on one throw-away server, and what a neighbour feels of ours. */
export async function measureFullPass({ keyCount, runCount }: FullPassOptions): Promise<FullPassReport> {
  await using redis = await startRedis();
  const settings = localSettings(redis.port);
  await fillKeyspace(settings, keyCount);
  const runs: Record<Contestant, PassReport[]> = { bareScan: [], fullPass: [], memkeys: [] };
  for (let run = 0; run < runCount; run += 1) {
    for (const contestant of CONTESTANTS) {
      runs[contestant].push(await measurePass(redis, keyCount, () => passes[contestant](settings)));
    }
  }
  const neighbours = await measureNeighbours(settings, { keyCount, runCount });
  return {
    keyCount,
    runCount,
    passes: {
      bareScan: medianPass(runs.bareScan),
      fullPass: medianPass(runs.fullPass),
      memkeys: medianPass(runs.memkeys),
    },
    neighbours,
  };
}

/** Each reads every key once and answers with the microseconds of CPU that the client took. */
const passes: Readonly<Record<Contestant, (settings: RedisSettings) => Promise<number>>> = {
  bareScan: (settings) => ownCpu(() => bareScan(settings)),
  fullPass: (settings) => ownCpu(() => fullPass(settings, { pageCount: PAGE_COUNT, keysPerSecond: null })),
  memkeys: runMemkeys,
};

async function bareScan(settings: RedisSettings): Promise<void> {
  const session = await openRespSession({ settings, clientName: 'bench-scan', timeoutMs: 10_000 });
  let cursor = '0';
  do {
    const request = encodePage({ names: [], asksBytes: false, scan: { cursor, count: SCAN_COUNT } });
    const [reply] = await session.exchange(request, 1);
    cursor = parseScan(reply).cursor;
  } while (cursor !== '0');
  session.close();
}

async function fullPass(
  settings: RedisSettings,
  { pageCount, keysPerSecond }: { pageCount: number; keysPerSecond: number | null },
): Promise<void> {
  const stream = openKeyStream({ settings, ledger: openLookupLedger(), nowMs: Date.now });
  const learner = createPatternLearner();
  const bytesByPattern = new Map<string, number>();
  let dueAtMs = performance.now();
  await stream.walk({
    cursor: '0',
    count: pageCount,
    async onPage({ keys }) {
      for (const { key, bytes } of keys) {
        const pattern = learner.learn(formatKey(key));
        bytesByPattern.set(pattern, (bytesByPattern.get(pattern) ?? 0) + (bytes ?? 0));
      }
      if (keysPerSecond !== null) {
        dueAtMs += (keys.length / keysPerSecond) * 1_000;
        dueAtMs = Math.max(dueAtMs, performance.now() - MAX_CATCH_UP_MS);
        const aheadMs = dueAtMs - performance.now();
        if (aheadMs >= 1) await pause(aheadMs);
      }
      return true;
    },
  });
  stream.close();
}

/** `redis-cli --memkeys` as shipped: what an operator would run to learn the same. */
async function runMemkeys(settings: RedisSettings): Promise<number> {
  const command = `redis-cli -p ${settings.port} --memkeys >/dev/null && times`;
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`redis-cli --memkeys ended with code ${String(code)}`);
  // The second line is of the shell's children: user and system time, such as `0m1.250s 0m0.110s`.
  const [, children = ''] = text.split('\n');
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)]
    .map(([, minutes, seconds]) => (Number(minutes) * 60 + Number(seconds)) * 1_000_000)
    .reduce((sum, micros) => sum + micros, 0);
}

async function ownCpu(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

async function measurePass(
  redis: TestRedis,
  keyCount: number,
  pass: () => Promise<number>,
): Promise<PassReport> {
  const serverBefore = await serverCpuMicros(redis);
  const startedAtMs = performance.now();
  const clientMicros = await pass();
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const serverMicros = (await serverCpuMicros(redis)) - serverBefore;
  return {
    keysPerSecond: keyCount / seconds,
    serverMicrosPerKey: serverMicros / keyCount,
    clientMicrosPerKey: clientMicros / keyCount,
  };
}

async function measureNeighbours(
  settings: RedisSettings,
  { keyCount, runCount }: FullPassOptions,
): Promise<FullPassReport['neighbours']> {
  const load = await startGetLoad(settings.port, { perSecond: LOAD_PER_SECOND, keyCount });
  const idle: LoadReport[] = [];
  const full: LoadReport[] = [];
  const polite: LoadReport[] = [];
  const politeSeconds: number[] = [];
  for (let run = 0; run < runCount; run += 1) {
    idle.push((await load.during(() => pause(IDLE_MS))).load);
    full.push(await during(load, settings, { pageCount: PAGE_COUNT, keysPerSecond: null }));
    const startedAtMs = performance.now();
    const pace = { pageCount: POLITE_PAGE_COUNT, keysPerSecond: POLITE_KEYS_PER_SECOND };
    polite.push(await during(load, settings, pace));
    politeSeconds.push((performance.now() - startedAtMs) / 1_000);
  }
  await load.close();
  return {
    perSecond: LOAD_PER_SECOND,
    idle: medianLoad(idle),
    fullPass: medianLoad(full),
    polite: medianLoad(polite),
    politeSeconds: medianOf(politeSeconds),
  };
}

async function during(
  load: GetLoad,
  settings: RedisSettings,
  pace: { pageCount: number; keysPerSecond: number | null },
): Promise<LoadReport> {
  return (await load.during(() => fullPass(settings, pace))).load;
}

function medianPass(runs: readonly PassReport[]): PassReport {
  return {
    keysPerSecond: medianOf(runs.map((run) => run.keysPerSecond)),
    serverMicrosPerKey: medianOf(runs.map((run) => run.serverMicrosPerKey)),
    clientMicrosPerKey: medianOf(runs.map((run) => run.clientMicrosPerKey)),
  };
}

function medianLoad(runs: readonly LoadReport[]): LoadReport {
  return {
    perSecond: medianOf(runs.map((run) => run.perSecond)),
    p50Ms: medianOf(runs.map((run) => run.p50Ms)),
    p90Ms: medianOf(runs.map((run) => run.p90Ms)),
    p99Ms: medianOf(runs.map((run) => run.p99Ms)),
    maxMs: medianOf(runs.map((run) => run.maxMs)),
  };
}

function localSettings(port: number): RedisSettings {
  return { host: '127.0.0.1', port, database: 0, username: null, password: null, tls: null };
}
