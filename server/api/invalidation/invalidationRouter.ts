import { z } from 'zod';
import { MAX_SERIES_POINTS } from '#shared/series.ts';
import { timeSpan } from '#shared/timeRange.ts';
import { timeRangeSchema } from '#shared/timeRangeSchema.ts';
import { watchOf } from '../apiContext.ts';
import { targetInput } from '../rangeInput.ts';
import { procedureFor, router } from '../trpc.ts';
import { readInvalidations } from './readInvalidations.ts';

export const invalidationRouter = router({
  /** What the services invalidate, whether the others hear of it, and what was lost on the way. */
  get: procedureFor('viewer')
    .input(targetInput.extend({ range: timeRangeSchema, service: z.string().max(256).nullable() }).strict())
    .query(({ ctx, input }) => {
      const { history, clock } = ctx.parts;
      const { targetId, service } = input;
      const nowMs = clock();
      const span = timeSpan(input.range, nowMs);
      const { announcements, connection, metricsSources } = watchOf(ctx.parts, targetId).snapshot();
      return {
        ...{ span, nowMs, announcements, connection },
        ...readInvalidations(ctx.parts, { targetId, service, nowMs }),
        isAnySourceRead: metricsSources.length > 0,
        series: history.invalidationSeries(targetId, service, span, MAX_SERIES_POINTS),
        marks: history.marks(targetId, span),
      };
    }),
});
