import type { Job } from '#shared/acting/job.ts';
import type { Reading } from '#shared/reading.ts';
import type { KnownWarmer, WarmingService } from '#shared/services/warmingService.ts';
import type { WarmProposal } from '#shared/services/warmProposal.ts';
import type { CacheLossEvent } from './findLoss.ts';

/** Loads of the source a second; null = not known, or not declared. */
export interface SourceRates {
  readonly currentPerSecond: number | null;
  readonly safePerSecond: number | null;
}

export interface ProposalParts {
  readonly loss: CacheLossEvent;
  readonly nowMs: number;
  readonly services: readonly WarmingService[];
  readonly jobs: readonly Job[];
  readonly source: SourceRates;
  /** Of the look-ups of patterns that begin so: before the loss, and now. */
  readonly hitRatios: (prefix: string) => {
    readonly before: Reading<number>;
    readonly now: Reading<number>;
  };
}

/** A hit rate this close to that of before is back. Ours. */
const BACK_WITHIN_RATIO = 0.05;
/** Where the hit rate is not known, a loss is told for so long, ms. Ours: caches refill most of their traffic in minutes. */
const UNKNOWN_FOR_MS = 15 * 60_000;
/** Share of the room that is proposed: the source has its misses to load beside. Ours. */
const CAREFUL_RATIO = 0.5;
/** Loads a second where nobody says what the source stands. Ours: hardly felt. */
const CAREFUL_PER_SECOND = 20;

/** What to warm after a loss: warmers that can be run and were not since, of services whose hit rate is not back. */
export function deriveProposals(parts: ProposalParts): readonly WarmProposal[] {
  const { services, loss, hitRatios, source } = parts;
  return services.flatMap(({ service, prefix, refusal, warmers }): WarmProposal[] => {
    if (prefix === null || refusal !== null) return [];
    const left = warmers.filter((known) => !hasRun(parts, prefix, known)).map(({ warmer }) => warmer);
    if (left.length === 0) return [];
    const { before, now } = hitRatios(prefix);
    if (!isCold(parts, before, now)) return [];
    return [
      {
        ...{ service, prefix, cause: loss.cause, atMs: loss.atMs, warmers: left },
        ...{ hitRatioBefore: before, hitRatioNow: now, perSecond: carefulRate(source) },
      },
    ];
  });
}

/** Since the loss, by a job of this server or by a trigger of the service's own. */
function hasRun({ jobs, loss }: ProposalParts, prefix: string, { warmer, runs }: KnownWarmer): boolean {
  const isJobOfIt = (job: Job): boolean =>
    job.kind === 'warm' &&
    job.prefix === prefix &&
    job.warmer === warmer &&
    job.startedAtMs >= loss.atMs &&
    job.state !== 'failed';
  return (
    jobs.some(isJobOfIt) ||
    runs.some(
      ({ state, atMs }) =>
        atMs !== null &&
        atMs >= loss.atMs &&
        (state === 'started' || state === 'progressed' || state === 'completed'),
    )
  );
}

function isCold({ loss, nowMs }: ProposalParts, before: Reading<number>, now: Reading<number>): boolean {
  if (before.state === 'known' && now.state === 'known') return now.value < before.value - BACK_WITHIN_RATIO;
  // A Redis that could not be reached may have kept everything.
  return loss.cause !== 'outage' && nowMs - loss.atMs < UNKNOWN_FOR_MS;
}

function carefulRate({ safePerSecond, currentPerSecond }: SourceRates): number | null {
  if (safePerSecond === null) return CAREFUL_PER_SECOND;
  const perSecond = Math.floor(CAREFUL_RATIO * (safePerSecond - (currentPerSecond ?? 0)));
  return perSecond >= 1 ? perSecond : null;
}
