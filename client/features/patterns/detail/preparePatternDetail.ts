import { chartBand } from '#client/charts/chartBand.ts';
import type { TimeChartModel } from '#client/charts/chartModel.ts';
import { cutChart, historyStart } from '#client/charts/youngHistory.ts';
import {
  formatBytes,
  formatCompact,
  formatEstimate,
  formatPercent,
  formatPoints,
  formatRate,
  formatRateDelta,
  UNKNOWN_TEXT,
} from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { RouterOutputs } from '#client/lib/routerOutputs.ts';
import type { SizeDistribution } from '#shared/histogram/sizeHistogram.ts';
import { hitRatio, MIN_LOOKUP_COUNT } from '#shared/lookups.ts';
import type { Series } from '#shared/series.ts';
import type { Estimate } from '#shared/statistics.ts';
import { isWorseThan } from '../judgeHit.ts';
import { hitInterval } from './hitInterval.ts';

export type PatternDetail = RouterOutputs['patterns']['detail'];

/** A figure now, the same before, and how it is known. Null = not known. */
export interface DetailFigure {
  readonly label: string;
  readonly now: string | null;
  readonly before: string | null;
  readonly delta: string | null;
  readonly isWorse: boolean;
  readonly basis: string;
}

interface DetailSeries {
  readonly hitRatio: Series;
  /** Moved onto the time axis of the range; null when nothing was measured then. */
  readonly hitRatioBefore: Series | null;
  readonly missesPerSecond: Series;
  readonly loadsPerSecond: Series;
  readonly isEmpty: boolean;
}

/** Counts per step as charts need them: ratios and rates; a step that was not measured stays a gap. */
function detailSeries(detail: PatternDetail): DetailSeries {
  const { traffic, trafficBefore } = detail;
  const before = trafficBefore === null ? null : ratios(trafficBefore.hits, trafficBefore.misses);
  const now = ratios(traffic.hits, traffic.misses);
  return {
    hitRatio: now,
    hitRatioBefore: before === null || isEmpty(before) ? null : { ...before, fromMs: traffic.hits.fromMs },
    missesPerSecond: rates(traffic.misses, traffic.coveredMs),
    loadsPerSecond: rates(traffic.loads, traffic.coveredMs),
    isEmpty: isEmpty(traffic.misses),
  };
}

export interface DetailCharts {
  readonly hitRate: TimeChartModel;
  readonly misses: TimeChartModel;
  readonly loads: TimeChartModel;
  /** When it was first measured, where that lies late in the range; the charts then begin there. */
  readonly beginsAtMs: number | null;
}

/** The charts of the page; null when nothing was measured in the range. */
export function prepareDetailCharts(detail: PatternDetail): DetailCharts | null {
  const series = detailSeries(detail);
  if (series.isEmpty) return null;
  const { hitRatio: ratio, hitRatioBefore, missesPerSecond, loadsPerSecond } = series;
  const [hit, , misses, loads] = prepareFigures(detail);
  const { traffic, trafficBefore } = detail;
  const start = historyStart(
    [traffic.misses, traffic.loads],
    trafficBefore === null ? [] : [trafficBefore.misses],
  );
  const unfinished = { isLastUnfinished: isUnfinished(ratio, detail) };
  const before = hitRatioBefore && {
    label: 'before',
    colour: 'base' as const,
    values: hitRatioBefore.values,
  };
  const { extremes } = detail;
  const band = (of: 'hitRatio' | 'missesPerSecond' | 'loadsPerSecond') => ({
    band: chartBand(extremes?.[of], extremes?.finerStepMs),
  });
  // What wide steps hide is wider than what chance does.
  const hidden = band('hitRatio').band ?? hitInterval(traffic.hits, traffic.misses);
  const hitRate = { ...chart('Hit rate', ratio, hit), ...unfinished, band: hidden, before, yMax: 1 };
  return {
    hitRate: cutChart(hitRate, start),
    misses: cutChart(
      { ...chart('Misses', missesPerSecond, misses), ...unfinished, ...band('missesPerSecond') },
      start,
    ),
    loads: cutChart(
      { ...chart('Loads', loadsPerSecond, loads), ...unfinished, ...band('loadsPerSecond') },
      start,
    ),
    beginsAtMs: start.beginsAtMs,
  };
}

function chart(title: string, series: Series, figure: DetailFigure | undefined): TimeChartModel {
  const before = figure?.before === null || figure?.before === undefined ? '' : `, ${figure.before} before`;
  return {
    title,
    summary: `${title} ${figure?.now ?? 'not known'} over the range${before}.`,
    fromMs: series.fromMs,
    stepMs: series.stepMs,
    stepCount: series.values.length,
    series: [{ label: title, colour: figure?.isWorse === true ? 'verm' : 'blue', values: series.values }],
  };
}

/** The step that holds now has not seen all of its look-ups yet. */
function isUnfinished(series: Series, { span }: PatternDetail): boolean {
  return series.fromMs + series.stepMs * series.values.length > span.toMs;
}

function ratios(hits: Series, misses: Series): Series {
  const values = hits.values.map((hit, index) => {
    const miss = misses.values[index] ?? null;
    return hit === null || miss === null ? null : hitRatio({ hits: hit, misses: miss });
  });
  return { fromMs: hits.fromMs, stepMs: hits.stepMs, values };
}

/** Counts over the time that was measured in each step, so that a half-measured step shows no dip. */
function rates({ fromMs, stepMs, values }: Series, coveredMs: Series): Series {
  const perSecond = values.map((count, index) => {
    const measuredMs = coveredMs.values[index] ?? 0;
    return count === null || measuredMs <= 0 ? null : (count * 1_000) / measuredMs;
  });
  return { fromMs, stepMs, values: perSecond };
}

function isEmpty(series: Series): boolean {
  return series.values.every((value) => value === null);
}

/** The figures at the top: each with the same of before, and where it comes from. */
export function prepareFigures({ row }: PatternDetail): readonly DetailFigure[] {
  const now = row.traffic.state === 'known' ? row.traffic.value : null;
  const { before } = row;
  const from = row.traffic.state === 'known' ? row.traffic.from : row.traffic.detail;
  const hit = now?.hasEnoughLookups === true ? now.hit : null;
  const hitBefore = before?.hasEnoughLookups === true ? before.hit : null;
  const isWorse = isWorseThan(hit, hitBefore, row.extraMissesPerSecond);
  const rate = (
    label: string,
    key: 'lookupsPerSecond' | 'missesPerSecond' | 'loadsPerSecond',
  ): DetailFigure => ({
    label,
    now: textOrNull(now?.[key], formatRate),
    before: textOrNull(before?.[key], formatRate),
    delta: textOrNull(difference(now?.[key], before?.[key]), formatRateDelta),
    isWorse: key === 'missesPerSecond' && isWorse,
    basis: from,
  });
  return [
    {
      label: 'Hit rate',
      now: hit === null ? null : formatPercent(hit.ratio),
      before: hitBefore === null ? null : formatPercent(hitBefore.ratio),
      delta: hit === null || hitBefore === null ? null : formatPoints(hit.ratio - hitBefore.ratio),
      isWorse,
      basis: now === null ? from : hitBasis(now.lookupCount, from),
    },
    rate('Look-ups', 'lookupsPerSecond'),
    rate('Misses', 'missesPerSecond'),
    rate('Loads from the source', 'loadsPerSecond'),
    {
      label: 'Mean load',
      now: textOrNull(now?.loadMs, formatDuration),
      before: textOrNull(before?.loadMs, formatDuration),
      delta: null,
      isWorse: false,
      basis: now === null ? from : now.loadMs === null ? 'no load in this range' : from,
    },
  ];
}

function difference(now: number | null | undefined, before: number | null | undefined): number | null {
  return now == null || before == null ? null : now - before;
}

function hitBasis(lookupCount: number, from: string): string {
  if (lookupCount < MIN_LOOKUP_COUNT)
    return `not enough data (n = ${lookupCount} of ${MIN_LOOKUP_COUNT} look-ups), ${from}`;
  return `${formatCompact(lookupCount)} look-ups, ${from}`;
}

function textOrNull(value: number | null | undefined, format: (value: number) => string): string | null {
  return value === null || value === undefined ? null : format(value);
}

/** MEMORY USAGE is not permitted, or this Redis does not know it. */
const UNKNOWN_SIZE = { text: UNKNOWN_TEXT, interval: 'Redis does not tell MEMORY USAGE' };

export interface SampleFact {
  readonly label: string;
  readonly value: string;
  readonly basis: string;
}

/** What the sample says of the pattern; empty when the sample does not know it. */
export function prepareSampleFacts({ sample }: PatternDetail): readonly SampleFact[] {
  if (sample === null || sample.state === 'unknown') return [];
  const { keyCount, bytes, sampledCount, sizes, types, ttl } = sample.value;
  const keys = formatEstimate(keyCount, (value) => formatCompact(Math.round(value)));
  const size = bytes === null ? UNKNOWN_SIZE : formatEstimate(bytes, formatBytes);
  const noTtlRatio = ttl.sampledCount > 0 ? ttl.noTtlCount / ttl.sampledCount : null;
  return [
    { label: 'Keys', value: keys.text, basis: keys.interval },
    { label: 'Memory', value: size.text, basis: size.interval },
    {
      label: 'Mean entry',
      value: meanEntry(keyCount, bytes),
      basis: 'memory / keys',
    },
    sizeFact('Size, p50', sizes.p50Bytes, sizes),
    sizeFact('Size, p95', sizes.p95Bytes, sizes),
    sizeFact('Largest', sizes.maxBytes, sizes),
    {
      label: 'TTL left, p50',
      value: textOrNull(ttl.p50Ms, formatDuration) ?? UNKNOWN_TEXT,
      basis: ttlBasis(ttl.p50Ms, sampledCount),
    },
    {
      label: 'TTL left, p90',
      value: textOrNull(ttl.p90Ms, formatDuration) ?? UNKNOWN_TEXT,
      basis: ttlBasis(ttl.p90Ms, sampledCount),
    },
    {
      label: 'Without TTL',
      value: noTtlRatio === null ? UNKNOWN_TEXT : formatPercent(noTtlRatio),
      basis: `${formatCompact(ttl.noTtlCount)} of ${formatCompact(ttl.sampledCount)} sampled`,
    },
    { label: 'Types', value: types.join(', '), basis: 'most frequent first' },
  ];
}

function meanEntry(keys: Estimate, bytes: Estimate | null): string {
  if (bytes === null || keys.value <= 0) return UNKNOWN_TEXT;
  return `${keys.isExact && bytes.isExact ? '' : '~'}${formatBytes(bytes.value / keys.value)}`;
}

function sizeFact(label: string, bytes: number | null, sizes: SizeDistribution): SampleFact {
  return {
    label,
    value: textOrNull(bytes, formatBytes) ?? UNKNOWN_TEXT,
    basis: bytes === null ? UNKNOWN_SIZE.interval : `of ${formatCompact(sizes.sampledCount)} sampled keys`,
  };
}

function ttlBasis(valueMs: number | null, sampledCount: number): string {
  return valueMs === null ? 'no sampled key has a TTL' : `of ${formatCompact(sampledCount)} sampled keys`;
}
