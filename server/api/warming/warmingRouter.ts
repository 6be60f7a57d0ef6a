import { watchOf } from '../apiContext.ts';
import { targetInput } from '../rangeInput.ts';
import { procedureFor, router } from '../trpc.ts';
import { hitRatioIn } from './hitRatioIn.ts';
import { pastWarms } from './pastWarms.ts';
import { proposeWarmUps } from './proposeWarmUps.ts';
import { readSourceRates } from './readSourceRates.ts';
import { warmableServices } from './warmableServices.ts';

/** Entries of the audit log that are looked through for past runs: a run has three, or five with a second approver. */
const MOST_ENTRIES = 100;
/** As long as the history says anything of the hit rates of that time. */
const PAST_MS = 30 * 86_400_000;

export const warmingRouter = router({
  /** The warmers of services, what the source behind them does and stands, and what to warm after a loss. */
  get: procedureFor('viewer')
    .input(targetInput.strict())
    .query(({ ctx: { parts }, input: { targetId } }) => {
      const watch = watchOf(parts, targetId);
      const { announcements, connection } = watch.snapshot();
      return {
        ...{ nowMs: parts.clock(), announcements, connection },
        services: warmableServices(parts, targetId),
        source: readSourceRates(parts, targetId),
        proposals: proposeWarmUps(parts, targetId),
      };
    }),

  /** Runs of the last 30 days, newest first, and what they did to the hit rate; `isComplete` false = the audit log has older ones. */
  runs: procedureFor('viewer')
    .input(targetInput.strict())
    .query(async ({ ctx: { parts }, input: { targetId } }) => {
      const { audit, history, jobs, clock } = parts;
      const nowMs = clock();
      const { entries, isComplete } = await audit.search({
        filter: { action: 'warm', sinceMs: nowMs - PAST_MS },
        ...{ limit: MOST_ENTRIES, order: 'newestFirst' },
      });
      const runs = pastWarms({
        ...{ entries, nowMs, jobs: jobs.list() },
        hitRatioIn: (span, patterns) =>
          hitRatioIn({ history, targetId }, span, (pattern) => patterns.includes(pattern)),
        marksIn: (span) => history.marks(targetId, span),
      });
      return { nowMs, isComplete, runs };
    }),
});
