import { bandColours, type ChartColour } from '#client/charts/chartModel.ts';
import { formatCount, formatPercent, formatProportionInterval } from '#client/lib/formatNumber.ts';
import type { RouterOutputs } from '#client/lib/routerOutputs.ts';
import { MIN_LOOKUP_COUNT } from '#shared/lookups.ts';
import type { CacheLevel } from '#shared/traffic/cacheLevel.ts';
import type { MissReason } from '#shared/traffic/missReason.ts';

type Split = RouterOutputs['patterns']['detail']['split'];
type Value<Part extends keyof Split> = Extract<Split[Part], { state: 'known' }>['value'];
export type Funnel = Value<'levels'>;
export type MissShares = Value<'missReasons'>;
export type SplitParts = Value<'parts'>;

const levelWords: Record<CacheLevel, string> = {
  l1: 'L1, memory of the process',
  l2: 'L2, Redis',
  memory: 'fallback, while Redis is away',
};

export interface FunnelStep {
  readonly label: string;
  /** Look-ups that reached the step, and those of them that it answered, as shares of all that came in. */
  readonly reachedRatio: number;
  readonly answeredRatio: number;
  readonly text: string;
  readonly interval: string;
}

/** Level by level, and the source at the end. Empty when nothing was looked up. */
export function prepareFunnel({ levels, sourceLoadCount }: Funnel): readonly FunnelStep[] {
  const allCount = Math.max(
    sourceLoadCount,
    ...levels.map(({ hitCount, missCount }) => hitCount + missCount),
  );
  if (allCount === 0) return [];
  const steps = levels.map(({ level, hitCount, missCount, hit }) => {
    const reachedCount = hitCount + missCount;
    const rate = reachedCount < MIN_LOOKUP_COUNT || hit === null ? null : hit;
    return {
      label: levelWords[level],
      reachedRatio: reachedCount / allCount,
      answeredRatio: hitCount / allCount,
      text: `${formatCount(hitCount)} of ${formatCount(reachedCount)} found${rate === null ? '' : `, ${formatPercent(rate.ratio)}`}`,
      interval:
        rate === null ? `n = ${reachedCount}: not enough data for a rate` : formatProportionInterval(rate),
    };
  });
  const source = {
    label: 'Source',
    reachedRatio: sourceLoadCount / allCount,
    answeredRatio: sourceLoadCount / allCount,
    text: `${formatCount(sourceLoadCount)} loads, ${formatPercent(sourceLoadCount / allCount)} of the look-ups`,
    interval: 'one load may answer several look-ups that wait for it',
  };
  return [...steps, source];
}

const reasonWords: Record<MissReason, string> = {
  absent: 'no entry (never stored, expired or evicted)',
  cold: 'never stored',
  expired: 'expired',
  evicted: 'evicted',
  invalidated: 'invalidated',
  undecodable: 'value could not be decoded',
  invalid: 'value did not pass its validation',
  scope: 'entry of another owner',
  bypass: 'cache left out on purpose',
  error: 'cache did not answer',
};

export interface MissBand {
  readonly label: string;
  readonly count: number;
  readonly ratio: number;
  readonly colour: ChartColour;
}

/** Most frequent first; what nobody gave a reason for stands last, in grey. Empty without misses. */
export function prepareMissReasons({ reasons, untoldCount }: MissShares): readonly MissBand[] {
  const all = reasons.reduce((sum, { count }) => sum + count, untoldCount);
  if (all === 0) return [];
  const bands = reasons
    .toSorted((a, b) => b.count - a.count)
    .map(({ reason, count }, place) => ({
      label: reasonWords[reason],
      count,
      ratio: count / all,
      colour: bandColours[place % bandColours.length] ?? 'blue',
    }));
  const untold = {
    label: 'reason not told',
    count: untoldCount,
    ratio: untoldCount / all,
    colour: 'base' as const,
  };
  return untoldCount > 0 ? [...bands, untold] : bands;
}

export interface PartRow {
  readonly id: string;
  readonly service: string | null;
  readonly version: string | null;
  readonly instance: string | null;
  readonly source: SplitParts[number]['source'];
  readonly part: SplitParts[number];
}

/** By service, version and instance: who misses most stands first. */
export function prepareParts(parts: SplitParts): readonly PartRow[] {
  return parts
    .map((part, place) => ({
      id: `${part.service} ${part.version} ${part.instance} ${part.source} ${place}`,
      service: part.service,
      version: part.version,
      instance: part.instance,
      source: part.source,
      part,
    }))
    .sort((a, b) => (b.part.missesPerSecond ?? -1) - (a.part.missesPerSecond ?? -1));
}
