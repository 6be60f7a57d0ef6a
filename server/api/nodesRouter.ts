import { MAX_SERIES_POINTS } from '#shared/series.ts';
import { timeSpan } from '#shared/timeRange.ts';
import { timeRangeSchema } from '#shared/timeRangeSchema.ts';
import { watchOf } from './apiContext.ts';
import { targetInput } from './rangeInput.ts';
import { procedureFor, router } from './trpc.ts';

export const nodesRouter = router({
  get: procedureFor('viewer')
    .input(targetInput.extend({ range: timeRangeSchema }).strict())
    .query(({ ctx, input }) => {
      const { history, clock } = ctx.parts;
      const watch = watchOf(ctx.parts, input.targetId);
      const span = timeSpan(input.range, clock());
      return {
        span,
        nodes: watch.snapshot().nodes.map((node) => ({
          ...node,
          info: watch.info(node.id),
          series: history.nodeSeries(input.targetId, node.id, span, MAX_SERIES_POINTS),
          extremes: history.nodeExtremes(input.targetId, node.id, span, MAX_SERIES_POINTS),
        })),
        marks: history.marks(input.targetId, span),
      };
    }),
});
