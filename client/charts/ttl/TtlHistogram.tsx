import { formatCompact, formatPercent } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { TtlDistribution } from '#shared/ttlHistogram.ts';
import type { ChartLayout } from '../ChartFigure.tsx';
import { Histogram } from '../Histogram.tsx';
import { prepareTtlHistogram, type TtlHistogramModel, ttlTick } from './prepareTtlHistogram.ts';

interface TtlHistogramProps extends ChartLayout {
  title: string;
  ttl: TtlDistribution;
}

/** TTL left of sampled keys on a log axis, four buckets to a decade; keys without a TTL stand apart. */
export function TtlHistogram({ title, ttl, ...layout }: TtlHistogramProps) {
  const model = prepareTtlHistogram(ttl);
  return (
    <Histogram
      title={title}
      summary={summary(model)}
      bars={model.bars.map((bar, index) => {
        const tick = ttlTick(model.bars, index);
        return { label: bar.label, value: bar.ratio, ...(tick === undefined ? {} : { tick }) };
      })}
      separate={{ label: 'no TTL', tick: 'no TTL', value: model.noTtl?.ratio ?? 0 }}
      format={formatPercent}
      {...layout}
    />
  );
}

function summary({ sampledCount, noTtl, p50Ms, p90Ms }: TtlHistogramModel): string {
  const middle =
    p50Ms === null || p90Ms === null
      ? 'No sampled key has a TTL'
      : `Half of the keys with a TTL expire within ${formatDuration(p50Ms)}, 90 % within ${formatDuration(p90Ms)}`;
  const without = noTtl === null ? '' : `; ${formatPercent(noTtl.ratio)} have none`;
  return `${middle}${without}. Of ${formatCompact(sampledCount)} sampled keys.`;
}
