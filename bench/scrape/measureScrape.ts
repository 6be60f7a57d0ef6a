import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

/** What reading the metrics of many instances costs the server. */
export interface ScrapeReport {
  readonly targetCount: number;
  readonly seriesPerTarget: number;
  readonly roundCount: number;
  /** CPU of the whole server process, reading, counting, keeping and showing, per round of all targets. */
  readonly cpuMsPerRound: number;
  /** Of that, what the server takes without any target. */
  readonly idleCpuMsPerRound: number;
  readonly residentMebibytes: number;
  /** Longest time between the start and the end of one reading, of the last of each target. */
  readonly slowestMs: number;
}

const TARGET_COUNT = 200;
const SERIES_PER_TARGET = 500;
const TARGETS_PER_SERVICE = 10;
/** How often the server reads each target. */
const ROUND_MS = 5_000;
const WARM_UP_MS = 30_000;
const MS_PER_CLOCK_TICK = 10;

/** Linux only (/proc). */
export async function measureScrape(roundCount: number): Promise<ScrapeReport> {
  const directory = await mkdtemp(join(tmpdir(), 'cachescope-bench-'));
  const pages = fork(new URL('./pagesProcess.ts', import.meta.url), [
    ...[String(SERIES_PER_TARGET), String(TARGETS_PER_SERVICE)],
  ]);
  try {
    const [port]: unknown[] = await once(pages, 'message');
    const file = join(directory, 'targets.json');
    await writeFile(file, JSON.stringify(targetGroups(Number(port))));
    const idle = await measureServer([], roundCount);
    const busy = await measureServer(['--metrics-file', file], roundCount);
    return {
      targetCount: busy.targetCount,
      seriesPerTarget: SERIES_PER_TARGET,
      roundCount,
      cpuMsPerRound: busy.cpuMs / roundCount,
      idleCpuMsPerRound: idle.cpuMs / roundCount,
      residentMebibytes: busy.residentMebibytes,
      slowestMs: busy.slowestMs,
    };
  } finally {
    pages.kill();
    await rm(directory, { recursive: true, force: true });
  }
}

function targetGroups(port: number): unknown {
  return Array.from({ length: TARGET_COUNT }, (_, at) => ({
    targets: [`127.0.0.1:${port}`],
    labels: { __metrics_path__: `/${at}` },
  }));
}

async function measureServer(args: readonly string[], roundCount: number) {
  await using redis = await startRedis();
  await using server = await startCachescope({ redisUrl: redis.url, args });
  await pause(WARM_UP_MS);
  const before = await readProcess(server.pid);
  await pause(roundCount * ROUND_MS);
  const after = await readProcess(server.pid);
  const { metricsSources } = await apiClient(server.url).status.get.query({ targetId: DEFAULT_TARGET_ID });
  const up = metricsSources.filter(({ state, fault }) => state === 'up' && fault === null);
  return {
    targetCount: up.length,
    cpuMs: after.cpuMs - before.cpuMs,
    residentMebibytes: after.residentMebibytes,
    slowestMs: Math.max(0, ...up.map(({ cost }) => cost?.durationMs ?? 0)),
  };
}

async function readProcess(pid: number): Promise<{ cpuMs: number; residentMebibytes: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  // Fields after the name in parentheses; user and system time are the 14th and 15th of all.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_PER_CLOCK_TICK,
    residentMebibytes: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1_024,
  };
}
