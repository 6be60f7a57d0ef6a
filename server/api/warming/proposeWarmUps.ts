import type { WarmProposal } from '#shared/services/warmProposal.ts';
import type { TargetId } from '#shared/target.ts';
import { type ApiParts, watchOf } from '../apiContext.ts';
import { deriveProposals } from './deriveProposals.ts';
import { findLoss } from './findLoss.ts';
import { hitRatioIn } from './hitRatioIn.ts';
import { readSourceRates } from './readSourceRates.ts';
import { usualHitRatio } from './usualHitRatio.ts';
import { warmableServices } from './warmableServices.ts';

/** A loss is spoken of for so long, ms. */
const HOUR_MS = 3_600_000;
/** The last moments before a loss is noticed are part of it, ms. */
const UNNOTICED_MS = 30_000;
const NOW_MS = 60_000;
const HISTORY_POINTS = 360;

/** What to warm since Redis was away, began anew or was emptied in the last hour; nothing while it does not answer. */
export function proposeWarmUps(parts: ApiParts, targetId: TargetId): readonly WarmProposal[] {
  const { history, jobs, clock } = parts;
  const watch = watchOf(parts, targetId);
  const { connection } = watch.snapshot();
  if (connection.state !== 'connected') return [];
  const nowMs = clock();
  const lastHour = { fromMs: nowMs - HOUR_MS, toMs: nowMs };
  const { keyCount } = history.nodeSeries(targetId, null, lastHour, HISTORY_POINTS);
  const loss = findLoss(history.marks(targetId, lastHour), keyCount);
  if (loss === null) return [];
  // What missed while Redis was away says nothing of how cold it is.
  const sinceMs = Math.max(nowMs - NOW_MS, connection.sinceMs, loss.atMs);
  const of = { history, targetId };
  return deriveProposals({
    ...{ loss, nowMs, jobs: jobs.list(), services: warmableServices(parts, targetId) },
    source: readSourceRates(parts, targetId),
    hitRatios: (prefix) => {
      const isOfIt = (pattern: string): boolean => pattern.startsWith(prefix);
      return {
        before: usualHitRatio((span) => hitRatioIn(of, span, isOfIt), loss.atMs - UNNOTICED_MS),
        now: hitRatioIn(of, { fromMs: sinceMs, toMs: nowMs }, isOfIt),
      };
    },
  });
}
