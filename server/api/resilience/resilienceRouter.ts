import type { HistoryStore } from '#server/history/historyStore.ts';
import type { ConnectionState } from '#shared/snapshot.ts';
import { type TimeSpan, timeSpan } from '#shared/timeRange.ts';
import { timeRangeSchema } from '#shared/timeRangeSchema.ts';
import { watchOf } from '../apiContext.ts';
import { targetInput } from '../rangeInput.ts';
import { procedureFor, router } from '../trpc.ts';
import { deriveLoss } from './deriveLoss.ts';
import { deriveStrips } from './deriveStrips.ts';

const HOUR_MS = 3_600_000;

export const resilienceRouter = router({
  /** What the processes of services and their breakers are doing, and how it went over the range. */
  get: procedureFor('viewer')
    .input(targetInput.extend({ range: timeRangeSchema }).strict())
    .query(({ ctx, input }) => {
      const { history, clock } = ctx.parts;
      const { targetId } = input;
      const watch = watchOf(ctx.parts, targetId);
      const nowMs = clock();
      const span = timeSpan(input.range, nowMs);
      const { services, announcements, connection, metricsSources } = watch.snapshot();
      return {
        ...{ span, nowMs, announcements, connection },
        instances: services,
        isAnySourceRead: metricsSources.length > 0,
        ...deriveStrips(watch.breakerStretches(span), services, span),
        loss: lossOf(history, targetId, usualHour(connection, nowMs)),
        marks: history.marks(targetId, span),
      };
    }),
});

/** The last hour, or that before the outage: what is looked up meanwhile says nothing of a cache that works. */
function usualHour({ state, lastReadAtMs }: ConnectionState, nowMs: number): TimeSpan {
  const toMs = state === 'unreachable' && lastReadAtMs !== null ? lastReadAtMs : nowMs;
  return { fromMs: toMs - HOUR_MS, toMs };
}

function lossOf(history: HistoryStore, targetId: string, span: TimeSpan) {
  return deriveLoss(history.trafficTotals(targetId, span), span);
}
