import type { WarmJob } from '#shared/acting/job.ts';
import { HOOK_WARMER } from '#shared/acting/warmHook.ts';
import {
  type KnownWarmer,
  type WarmerRun,
  type WarmingService,
  warmingRefusalTexts,
} from '#shared/services/warmingService.ts';

/** A warmer that can be chosen, or a service without one that can. */
export interface WarmerRow {
  /** As it stands in the address. */
  readonly id: string;
  readonly service: string;
  readonly prefix: string;
  readonly warmer: string;
  /** Its last run that an instance tells of; null = none yet. */
  readonly last: WarmerRun | null;
  readonly lastText: string;
  readonly tone: 'calm' | 'warning' | 'bad' | 'dim';
  /** A run of it by this server, which is newer than what instances announced. */
  readonly job: WarmJob | null;
  readonly instanceText: string;
  /** Why it cannot be run from here; null = it can. */
  readonly refusal: string | null;
}

const stateTexts: Readonly<Record<WarmerRun['state'], string>> = {
  idle: 'has not run',
  started: 'runs',
  progressed: 'runs',
  completed: 'completed',
  cancelled: 'was cancelled',
  stopped: 'stopped by itself',
  failed: 'failed',
  leased: 'left it to another',
};

const tones: Readonly<Record<WarmerRun['state'], WarmerRow['tone']>> = {
  idle: 'dim',
  started: 'calm',
  progressed: 'calm',
  completed: 'calm',
  cancelled: 'warning',
  stopped: 'warning',
  failed: 'bad',
  leased: 'dim',
};

/** What names a warmer in an address, and in titles of plans. */
export function warmerId(prefix: string, warmer: string): string {
  return `${prefix} ${warmer}`;
}

/** Warmers by service, as the server orders them; `jobs` are those of this server. */
export function prepareWarmers(
  services: readonly WarmingService[],
  jobs: readonly WarmJob[],
): readonly WarmerRow[] {
  return services.flatMap((service) =>
    service.warmers.map((known) => rowOf(service, known, runningOf(jobs, service.prefix, known.warmer))),
  );
}

/** Services without a warmer that could be shown, each with why. */
export function servicesWithout(
  services: readonly WarmingService[],
): readonly { readonly id: string; readonly service: string; readonly why: string }[] {
  return services.flatMap(({ service, prefix, refusal, warmers }) =>
    refusal === null || warmers.length > 0
      ? []
      : [{ id: `${prefix} ${service}`, service, why: warmingRefusalTexts[refusal] }],
  );
}

function runningOf(jobs: readonly WarmJob[], prefix: string | null, warmer: string): WarmJob | null {
  const isOfIt = (job: WarmJob): boolean =>
    job.endedAtMs === null && job.prefix === prefix && job.warmer === warmer;
  return jobs.find(isOfIt) ?? null;
}

function rowOf(
  { service, prefix, refusal, instanceCount, heardCount }: WarmingService,
  { warmer, runs }: KnownWarmer,
  job: WarmJob | null,
): WarmerRow {
  const last = runs.find(({ state }) => state !== 'idle') ?? null;
  const isSilent = last !== null && !last.isHeard;
  return {
    ...{ id: warmerId(prefix ?? '', warmer), service, prefix: prefix ?? '', warmer, last, job },
    lastText: lastText(last, job),
    tone: toneOf(last, job, isSilent),
    instanceText: warmer === HOOK_WARMER ? 'by its hook' : heardText(heardCount, instanceCount),
    refusal: refusal === null ? null : warmingRefusalTexts[refusal],
  };
}

function heardText(heardCount: number, instanceCount: number): string {
  return heardCount === instanceCount ? `${instanceCount}` : `${heardCount} of ${instanceCount} heard`;
}

function lastText(last: WarmerRun | null, job: WarmJob | null): string {
  if (job !== null) return job.state === 'paused' ? 'waits' : 'runs';
  if (last === null) return stateTexts.idle;
  // What runs in an instance that is not heard any more may be over.
  return last.isHeard ? stateTexts[last.state] : `${stateTexts[last.state]}, then fell silent`;
}

function toneOf(last: WarmerRun | null, job: WarmJob | null, isSilent: boolean): WarmerRow['tone'] {
  if (job !== null) return job.state === 'paused' ? 'warning' : 'calm';
  if (isSilent) return 'warning';
  return tones[last?.state ?? 'idle'];
}
