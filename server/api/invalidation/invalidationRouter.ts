import { z } from 'zod';
import { MAX_SERIES_POINTS } from '#shared/series.ts';
import { timeSpan } from '#shared/timeRange.ts';
import { timeRangeSchema } from '#shared/timeRangeSchema.ts';
import { watchOf } from '../apiContext.ts';
import { targetInput } from '../rangeInput.ts';
import { procedureFor, router } from '../trpc.ts';
import { deriveInvalidationFindings } from './deriveInvalidationFindings.ts';
import { deriveInvalidations } from './deriveInvalidations.ts';

const MINUTE_MS = 60_000;
/** What is usual: the hour before the last five minutes, which may be the storm. RULES 2.2. */
const BASELINE_MS = 60 * MINUTE_MS;
const RECENT_MS = 5 * MINUTE_MS;

export const invalidationRouter = router({
  /** What the services invalidate, whether the others hear of it, and what was lost on the way. */
  get: procedureFor('viewer')
    .input(targetInput.extend({ range: timeRangeSchema, service: z.string().max(256).nullable() }).strict())
    .query(({ ctx, input }) => {
      const { history, clock } = ctx.parts;
      const { targetId, service } = input;
      const watch = watchOf(ctx.parts, targetId);
      const nowMs = clock();
      const span = timeSpan(input.range, nowMs);
      const { announcements, connection, metricsSources } = watch.snapshot();
      const all = watch.invalidations();
      const chosen = service === null ? all : all.filter((one) => (one.service ?? '') === service);
      const derived = deriveInvalidations(chosen);
      const past = { fromMs: nowMs - RECENT_MS - BASELINE_MS, toMs: nowMs - RECENT_MS };
      return {
        ...{ span, nowMs, announcements, connection, ...derived },
        services: [...new Set(all.map((one) => one.service ?? ''))].sort(),
        isAnySourceRead: metricsSources.length > 0,
        findings: deriveInvalidationFindings({
          ...{ ...derived, nowMs },
          baseline: history.invalidationSeries(targetId, service, past, 65),
        }),
        series: history.invalidationSeries(targetId, service, span, MAX_SERIES_POINTS),
        marks: history.marks(targetId, span),
      };
    }),
});
