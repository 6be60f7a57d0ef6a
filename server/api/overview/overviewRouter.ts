import { MAX_SERIES_POINTS } from '#shared/series.ts';
import type { Snapshot } from '#shared/snapshot.ts';
import { compareSpan, timeSpan } from '#shared/timeRange.ts';
import { watchOf } from '../apiContext.ts';
import { readInvalidations } from '../invalidation/readInvalidations.ts';
import { rangeInput } from '../rangeInput.ts';
import { procedureFor, router } from '../trpc.ts';
import { proposeWarmUps } from '../warming/proposeWarmUps.ts';
import { deriveLoadsByPattern } from './deriveLoadsByPattern.ts';
import { recentDifferences } from './recentDifferences.ts';

export const overviewRouter = router({
  get: procedureFor('viewer')
    .input(rangeInput)
    .query(({ ctx, input }) => {
      const { targetId } = input;
      const { history, clock } = ctx.parts;
      const services = servicesByPattern(watchOf(ctx.parts, targetId).snapshot());
      const nowMs = clock();
      const span = timeSpan(input.range, nowMs);
      const before = compareSpan(span, input.compare);
      const totals = history.trafficTotals(targetId, span);
      return {
        span,
        before,
        traffic: history.trafficSeries(targetId, null, span, MAX_SERIES_POINTS),
        trafficExtremes: history.trafficExtremes(targetId, null, span, MAX_SERIES_POINTS),
        trafficBefore:
          before === null ? null : history.trafficSeries(targetId, null, before, MAX_SERIES_POINTS),
        node: history.nodeSeries(targetId, null, span, MAX_SERIES_POINTS),
        nodeExtremes: history.nodeExtremes(targetId, null, span, MAX_SERIES_POINTS),
        nodeBefore: before === null ? null : history.nodeSeries(targetId, null, before, MAX_SERIES_POINTS),
        loadsByPattern: deriveLoadsByPattern(totals, (pattern) =>
          history.trafficSeries(targetId, pattern, span, MAX_SERIES_POINTS),
        ),
        different: recentDifferences({
          history,
          targetId,
          span,
          before,
          isLive: 'last' in input.range,
          servicesOf: (pattern) => services.get(pattern) ?? [],
        }),
        marks: history.marks(targetId, span),
        warmProposals: proposeWarmUps(ctx.parts, targetId),
        lostInvalidations: readInvalidations(ctx.parts, { targetId, service: null, nowMs }).findings.filter(
          ({ rule }) => rule === 'R18',
        ),
      };
    }),
});

function servicesByPattern({ patterns }: Snapshot): ReadonlyMap<string, readonly string[]> {
  return new Map(
    patterns.flatMap(({ pattern, traffic }) =>
      traffic.state === 'known' ? [[pattern, traffic.value.services] as const] : [],
    ),
  );
}
