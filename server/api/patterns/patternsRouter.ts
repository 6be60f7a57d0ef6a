import { z } from 'zod';
import { AppError } from '#shared/errorCodes.ts';
import { familyProblem } from '#shared/keyPattern/declaredFamilies.ts';
import { packPatternTable } from '#shared/patternTable/packPatternTable.ts';
import { probeRun } from '#shared/probe/probeResult.ts';
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
import { deriveTableRows, isAnyPending } from './deriveTableRows.ts';
import { gatherPatterns } from './gatherPatterns.ts';
import { metricsMeanwhile } from './metricsMeanwhile.ts';
import { previewFamily } from './previewFamily.ts';
import { splitTraffic } from './splitTraffic.ts';

/** A sparkline is about 100 pixels wide. */
const SPARK_POINTS = 60;

export const patternsRouter = router({
  /** A row of readings for each pattern, as a program reads them. */
  list: procedureFor('viewer')
    .input(rangeInput)
    .query(({ ctx, input }) => {
      const { gathered, probe, ...facts } = rangePatterns(ctx.parts, input);
      return {
        ...facts,
        sparkGrid: gathered.sparkGrid,
        rows: addProbe(derivePatternRows(gathered.patterns), probe),
        probe: probe === null ? null : describeProbe(probe.result),
      };
    }),

  /** The same as counts in columns, for the page: it asks for all patterns every ten seconds. */
  table: procedureFor('viewer')
    .input(rangeInput)
    .query(({ ctx, input }) => {
      const { gathered, probe, ...facts } = rangePatterns(ctx.parts, input);
      const { patterns, sparkGrid } = gathered;
      const run = probe === null ? null : probeRun(probe.result);
      return {
        ...facts,
        table: packPatternTable(deriveTableRows(patterns, probe), { sparkGrid, probe: run }),
        isPending: isAnyPending(facts.sample, patterns),
        probe: probe === null ? null : describeProbe(probe.result),
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
      const gathered = gatherPatterns({ snapshot, history, span, before, sparkPoints: SPARK_POINTS });
      const own = gathered.patterns.filter((candidate) => candidate.pattern === pattern);
      const rows = addProbe(derivePatternRows(own), probeFacts(ctx.parts, targetId));
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
        freshnessAtSet: watch.freshnessAtSet(pattern),
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

/** What the table of patterns shows of the range, and above and below its rows. */
function rangePatterns(parts: ApiParts, { targetId, range, compare }: z.infer<typeof rangeInput>) {
  const { history, clock } = parts;
  const snapshot = watchOf(parts, targetId).snapshot();
  const span = timeSpan(range, clock());
  const before = compareSpan(span, compare);
  return {
    gathered: gatherPatterns({ snapshot, history, span, before, sparkPoints: SPARK_POINTS }),
    probe: probeFacts(parts, targetId),
    span,
    before,
    sample: snapshot.sample,
    metricsSources: snapshot.metricsSources,
    nodes: snapshot.nodes.map(({ id, ownLookupsPerSecond }) => ({ id, ownLookupsPerSecond })),
  };
}

function probeFacts({ jobs, history }: ApiParts, targetId: TargetId): ProbeFacts | null {
  const result = jobs.lastProbe();
  return result === null ? null : { result, meanwhile: metricsMeanwhile(history, targetId, result) };
}
