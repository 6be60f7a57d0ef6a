import { z } from 'zod';
import { AppError } from '#shared/errorCodes.ts';
import { familyProblem } from '#shared/keyPattern/declaredFamilies.ts';
import { MAX_SERIES_POINTS } from '#shared/series.ts';
import type { TargetId } from '#shared/target.ts';
import { compareSpan, timeSpan } from '#shared/timeRange.ts';
import { type ApiParts, watchOf } from '../apiContext.ts';
import { rangeInput, targetInput } from '../rangeInput.ts';
import { procedureFor, router } from '../trpc.ts';
import { addProbe, describeProbe, type ProbeFacts } from './addProbe.ts';
import { deriveHeatMap } from './deriveHeatMap.ts';
import { deriveOrigins } from './deriveOrigins.ts';
import { derivePatternRows } from './derivePatternRows.ts';
import { metricsMeanwhile } from './metricsMeanwhile.ts';
import { previewFamily } from './previewFamily.ts';
import { splitTraffic } from './splitTraffic.ts';

/** A sparkline is about 100 pixels wide. */
const SPARK_POINTS = 60;

export const patternsRouter = router({
  list: procedureFor('viewer')
    .input(rangeInput)
    .query(({ ctx, input }) => {
      const { history, clock, jobs } = ctx.parts;
      const snapshot = watchOf(ctx.parts, input.targetId).snapshot();
      const probe = jobs.lastProbe();
      const span = timeSpan(input.range, clock());
      const before = compareSpan(span, input.compare);
      const derived = derivePatternRows({ snapshot, history, span, before, sparkPoints: SPARK_POINTS });
      return {
        span,
        before,
        ...derived,
        rows: addProbe(derived.rows, probeFacts(ctx.parts, input.targetId)),
        probe: probe === null ? null : describeProbe(probe),
        sample: snapshot.sample,
        metricsSources: snapshot.metricsSources,
        nodes: snapshot.nodes.map(({ id, ownLookupsPerSecond }) => ({ id, ownLookupsPerSecond })),
      };
    }),

  /** The last week hour by hour against what is usual at that time of the day. */
  heatMap: procedureFor('viewer')
    .input(targetInput)
    .query(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      return deriveHeatMap(ctx.parts.history, input.targetId, ctx.parts.clock());
    }),

  /** Who counted what over the range: service, version, source, with levels and reasons of misses. */
  origins: procedureFor('viewer')
    .input(rangeInput.extend({ pattern: z.string().min(1).max(2_048).optional() }).strict())
    .query(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      const span = timeSpan(input.range, ctx.parts.clock());
      const counted = ctx.parts.history.trafficOrigins(input.targetId, span);
      return { span, origins: deriveOrigins(counted, input.pattern) };
    }),

  /** What a declared family would gather of the patterns in the last sample. Changes nothing. */
  previewFamily: procedureFor('viewer')
    .input(targetInput.extend({ template: z.string().min(1).max(512) }).strict())
    .query(({ ctx, input }) => {
      const problem = familyProblem(input.template);
      if (problem !== null) throw new AppError('badInput', problem);
      return previewFamily(input.template, watchOf(ctx.parts, input.targetId).snapshot().patterns);
    }),

  /** Looks at some keys of a pattern: first bytes of values, last use. A person asks for it; nothing does by itself. */
  look: procedureFor('inspector')
    .input(targetInput.extend({ pattern: z.string().min(1).max(2_048) }).strict())
    .query(({ ctx, input }) => watchOf(ctx.parts, input.targetId).look(input.pattern)),

  detail: procedureFor('viewer')
    .input(rangeInput.extend({ pattern: z.string().min(1).max(2_048) }).strict())
    .query(({ ctx, input }) => {
      const { history, clock } = ctx.parts;
      const { targetId, pattern } = input;
      const watch = watchOf(ctx.parts, targetId);
      const snapshot = watch.snapshot();
      const span = timeSpan(input.range, clock());
      const before = compareSpan(span, input.compare);
      const derived = derivePatternRows({ snapshot, history, span, before, sparkPoints: SPARK_POINTS });
      const rows = addProbe(derived.rows, probeFacts(ctx.parts, targetId));
      const row = rows.find((candidate) => candidate.pattern === pattern);
      if (row === undefined) {
        throw new AppError('notFound', `No key and no metric has the pattern ${pattern} in this range.`);
      }
      return {
        span,
        before,
        row,
        sample: snapshot.patterns.find((candidate) => candidate.pattern === pattern)?.sample ?? null,
        summary: snapshot.sample,
        look: watch.lastLook(pattern),
        declaredTtlMs: watch.declaredTtlMs(pattern),
        split: splitTraffic(watch.trafficParts(pattern), snapshot.atMs),
        traffic: history.trafficSeries(targetId, pattern, span, MAX_SERIES_POINTS),
        extremes: history.trafficExtremes(targetId, pattern, span, MAX_SERIES_POINTS),
        trafficBefore:
          before === null ? null : history.trafficSeries(targetId, pattern, before, MAX_SERIES_POINTS),
        ttlBefore: before === null ? null : history.ttlBefore(targetId, pattern, before.toMs),
        marks: history.marks(targetId, span),
      };
    }),
});

function probeFacts({ jobs, history }: ApiParts, targetId: TargetId): ProbeFacts | null {
  const result = jobs.lastProbe();
  return result === null ? null : { result, meanwhile: metricsMeanwhile(history, targetId, result) };
}
