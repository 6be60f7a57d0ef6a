import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { readTruth } from '#demo/control/controlClient.ts';
import type { Control } from '#demo/control/controlFile.ts';
import { startDemo } from '#demo/startDemo.ts';
import { isTerminal } from '#shared/acting/job.ts';
import { metricNames } from '#shared/metricNames.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { sumOfMetric } from '#test/support/metrics/sumOfMetric.ts';

const SIZE = { productCount: 50_000, userCount: 1_000 };
const VISITS_PER_SECOND = 30;
const CAPACITY_PER_SECOND = 800;
/** Beside what the visitors of a cold shop load, it stays below 80 % of the capacity. */
const PER_SECOND = 400;
const PATTERN = 'catalog:product:{id}';
/** Until the loads of the visitors are known. */
const WATCHED_MS = 30_000;
const STEP_MS = 5_000;
/** Into the second run, before it is cancelled. */
const CANCELLED_AFTER_MS = 8_000;

const target = { targetId: DEFAULT_TARGET_ID };
const wanted = { ...target, prefix: 'catalog:', warmer: 'popular', perSecond: PER_SECOND };

type Api = ReturnType<typeof apiClient>;

export interface WarmReport {
  readonly outcome: string;
  readonly plannedCount: number;
  readonly plannedMs: number;
  readonly measuredMs: number;
  /** Of two who started it at once. */
  readonly startedCount: number;
  readonly capacityPerSecond: number;
  /** Highest step of 5 s, all services together, by their own counters. */
  readonly peakLoadsPerSecond: number;
  /** Hits of look-ups of what was warmed, 0-1, as the visitors had them: usual, just after the cache was emptied, after the warm-up. */
  readonly hitRates: { readonly before: number; readonly cold: number; readonly after: number };
  /** From the cancel of a second run until the job had ended, and what its warmer loaded after that. */
  readonly cancelMs: number;
  readonly loadsAfterCancel: number;
}

/** Has 50,000 products of the demo warmed after its cache was emptied under load, and compares it with its plan. */
export async function measureWarm(): Promise<WarmReport> {
  const demo = await startDemo({
    dataDirectory: mkdtempSync(join(tmpdir(), 'cachescope-bench-')),
    pagePort: 0,
    size: SIZE,
    visitsPerSecond: VISITS_PER_SECOND,
    sourceCapacityPerSecond: CAPACITY_PER_SECOND,
    instancesPerService: 2,
    env: process.env,
    print: () => {},
  });
  const redis = new Redis(demo.control.redisUrl);
  try {
    const before = await hitRateOver(demo.control, WATCHED_MS);
    await redis.flushall();
    const cold = await hitRateOver(demo.control, WATCHED_MS);
    const api = apiClient(demo.control.pageUrl ?? '');
    const run = await warmWhole(api, demo.control);
    const after = await hitRateOver(demo.control, WATCHED_MS);
    await redis.flushall();
    const cancelled = await cancelOne(api, demo.control);
    return {
      ...run,
      ...cancelled,
      hitRates: { before, cold, after },
      capacityPerSecond: CAPACITY_PER_SECOND,
    };
  } finally {
    redis.disconnect();
    await demo.stop();
  }
}

/** Two people start it at once. */
async function warmWhole(api: Api, control: Control) {
  const [plan, other] = [await planOne(api), await planOne(api)];
  const startedAtMs = performance.now();
  const starts = await Promise.allSettled([startOne(api, plan), startOne(api, other)]);
  const started = starts.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const [job] = started;
  if (job === undefined) throw new Error('no warm-up was started');
  const loads = watchLoads(control);
  const end = await untilEnded(api, job.id);
  return {
    outcome: end.outcome,
    plannedCount: plan.loadCount.value,
    plannedMs: plan.duration.value,
    measuredMs: performance.now() - startedAtMs,
    startedCount: started.length,
    peakLoadsPerSecond: await loads.highest(),
  };
}

async function cancelOne(api: Api, control: Control) {
  const job = await startOne(api, await planOne(api));
  await pause(CANCELLED_AFTER_MS);
  const cancelledAtMs = performance.now();
  await api.jobs.cancel.mutate({ ...target, jobId: job.id });
  const end = await untilEnded(api, job.id);
  const cancelMs = performance.now() - cancelledAtMs;
  if (end.state !== 'cancelled') throw new Error(`the second run ended as ${end.state}: ${end.outcome}`);
  const warmed = () => sumOfMetric(control.metricsUrls, metricNames.warmDone);
  const atEnd = await warmed();
  await pause(STEP_MS);
  return { cancelMs, loadsAfterCancel: (await warmed()) - atEnd };
}

const planOne = (api: Api) => api.jobs.planWarm.mutate(wanted);

function startOne(api: Api, plan: Awaited<ReturnType<typeof planOne>>) {
  const typed = plan.confirmation.kind === 'typed' ? plan.confirmation.text : '';
  return api.jobs.start.mutate({ ...target, token: plan.token, typed, reason: 'bench' });
}

async function untilEnded(api: Api, jobId: string) {
  for (;;) {
    const job = await api.jobs.get.query({ ...target, jobId });
    if (isTerminal(job.state)) return job;
    await pause(100);
  }
}

async function hitRateOver(control: Control, ms: number): Promise<number> {
  const from = (await readTruth(control)).patterns[PATTERN] ?? { hits: 0, misses: 0 };
  await pause(ms);
  const to = (await readTruth(control)).patterns[PATTERN] ?? { hits: 0, misses: 0 };
  const hits = to.hits - from.hits;
  return hits / (hits + to.misses - from.misses);
}

/** Loads of all services in steps, until the highest is asked for. */
function watchLoads(control: Control): { highest(): Promise<number> } {
  const ending = new AbortController();
  const watch = async (): Promise<number> => {
    const read = () => sumOfMetric(control.metricsUrls, `${metricNames.loadDuration}_count`);
    let highest = 0;
    let last = { loads: await read(), atMs: performance.now() };
    while (!ending.signal.aborted) {
      await pause(STEP_MS, undefined, { signal: ending.signal }).catch(() => {});
      const now = { loads: await read(), atMs: performance.now() };
      // A last piece of a step says little.
      if (now.atMs - last.atMs > STEP_MS / 2) {
        highest = Math.max(highest, ((now.loads - last.loads) * 1_000) / (now.atMs - last.atMs));
      }
      last = now;
    }
    return highest;
  };
  const watching = watch();
  return {
    highest: () => {
      ending.abort();
      return watching;
    },
  };
}
