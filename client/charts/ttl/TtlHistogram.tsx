import { formatCompact, formatCount, formatPercent } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { TtlDistribution } from '#shared/histogram/ttlHistogram.ts';
import type { Proportion } from '#shared/statistics.ts';
import type { ChartLayout } from '../ChartFigure.tsx';
import { Histogram, type HistogramBar } from '../Histogram.tsx';
import {
  prepareTtlHistogram,
  type TtlBefore,
  type TtlHistogramModel,
  ttlTick,
} from './prepareTtlHistogram.ts';

interface TtlHistogramProps extends ChartLayout {
  title: string;
  ttl: TtlDistribution;
  /** True when every key was read: no bar has an error then. */
  isExact: boolean;
  /** Filled behind the outline of now; null = nothing to compare with. */
  before?: TtlBefore | null;
}

/** TTL left of sampled keys on a log axis, four buckets to a decade; keys without a TTL stand apart. */
export function TtlHistogram({ title, ttl, isExact, before = null, ...layout }: TtlHistogramProps) {
  const model = prepareTtlHistogram(ttl, before);
  const bar = (label: string, count: number, share: Proportion): HistogramBar => ({
    label,
    value: share.ratio,
    basis: `${formatCount(count)} of ${formatCount(model.sampledCount)} ${isExact ? '' : 'sampled '}keys`,
    ...(isExact ? {} : { low: share.low, high: share.high }),
  });
  return (
    <Histogram
      title={title}
      summary={summary(model, isExact)}
      bars={model.bars.map(({ label, count, share, beforeShare }, index) => {
        const tick = ttlTick(model.bars, index);
        return { ...bar(label, count, share), before: beforeShare, ...(tick === undefined ? {} : { tick }) };
      })}
      {...(model.noTtl === null
        ? {}
        : {
            separate: {
              ...bar('no TTL', model.noTtlCount, model.noTtl),
              before: model.noTtlShareBefore,
              tick: 'no TTL',
            },
          })}
      format={formatPercent}
      {...layout}
    />
  );
}

function summary({ sampledCount, noTtl, p50Ms, p90Ms }: TtlHistogramModel, isExact: boolean): string {
  const middle =
    p50Ms === null || p90Ms === null
      ? 'No sampled key has a TTL'
      : `Half of the keys with a TTL expire within ${formatDuration(p50Ms)}, 90 % within ${formatDuration(p90Ms)}`;
  const without = noTtl === null ? '' : `; ${formatPercent(noTtl.ratio)} have none`;
  return `${middle}${without}. Of ${formatCompact(sampledCount)} ${isExact ? '' : 'sampled '}keys.`;
}
