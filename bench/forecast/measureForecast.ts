import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startDemo } from '#demo/startDemo.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';

/** A shop that fits into its cache, and is all in it: what it loads by itself is steady. */
const SIZE = { productCount: 3_000, userCount: 500 };
const VISITS_PER_SECOND = 80;
/** Until the metrics of a minute are there. */
const WATCHED_MS = 75_000;
/** A purge that the demo's database stands, of a pattern that is read much. */
const SELECTION = { by: 'pattern', pattern: 'catalog:product:{id}' } as const;
const OVER_MS = 75_000;
/** After the last stage, until most of the extra loads are over. */
const AFTER_MS = 40_000;

const target = { targetId: DEFAULT_TARGET_ID };

export interface ForecastReport {
  readonly keyCount: number;
  readonly outcome: string;
  /** Loads a second before the purge, all services together. */
  readonly currentPerSecond: number;
  readonly capacityPerSecond: number | null;
  /** Highest step of 5 s, with what is loaded anyway. */
  readonly forecastPeakPerSecond: number;
  readonly measuredPeakPerSecond: number;
  /** Besides what is loaded anyway, over the steps that were measured. */
  readonly forecastReloads: number;
  readonly measuredReloads: number;
}

/** Purges one pattern of the demo in stages, and compares what the plan foretold with what the services then loaded. */
export async function measureForecast(): Promise<ForecastReport> {
  const demo = await startDemo({
    dataDirectory: mkdtempSync(join(tmpdir(), 'cachescope-bench-')),
    pagePort: 0,
    size: SIZE,
    visitsPerSecond: VISITS_PER_SECOND,
    isFullyWarm: true,
    env: process.env,
    print: () => {},
  });
  try {
    await pause(WATCHED_MS);
    return await purgeInStages(apiClient(demo.control.pageUrl ?? ''));
  } finally {
    await demo.stop();
  }
}

async function purgeInStages(api: ReturnType<typeof apiClient>): Promise<ForecastReport> {
  const method = { how: 'staged', overMs: OVER_MS } as const;
  const plan = await api.jobs.planPurge.mutate({ ...target, selection: SELECTION, method });
  const typed = plan.confirmation.kind === 'typed' ? plan.confirmation.text : '';
  const job = await api.jobs.start.mutate({ ...target, token: plan.token, typed, reason: 'bench' });
  let outcome = '';
  while (outcome === '') {
    await pause(1_000);
    outcome = (await api.jobs.get.query({ ...target, jobId: job.id })).outcome;
  }
  await pause(AFTER_MS);
  const load = await api.jobs.load.query({ ...target, jobId: job.id });
  if (load === null) throw new Error('the server does not remember the purge');
  const { forecast, measured, stepMs } = load;
  const current = forecast.currentPerSecond ?? 0;
  const rates = measured.flatMap(({ perSecond }) => (perSecond === null ? [] : [perSecond]));
  const foretold = forecast.extraPerSecond.slice(0, Math.ceil((measured.length * stepMs) / forecast.stepMs));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    keyCount: plan.keyCount,
    outcome,
    currentPerSecond: current,
    capacityPerSecond: forecast.capacityPerSecond,
    forecastPeakPerSecond: current + Math.max(...forecast.extraPerSecond),
    measuredPeakPerSecond: Math.max(...rates),
    forecastReloads: (sum(foretold) * forecast.stepMs) / 1_000,
    measuredReloads: (sum(rates.map((rate) => rate - current)) * stepMs) / 1_000,
  };
}
