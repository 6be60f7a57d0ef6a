import { useMemo } from 'react';
import { BarChart } from '#client/charts/BarChart.tsx';
import { LineChart } from '#client/charts/LineChart.tsx';
import { formatRate } from '#client/lib/formatNumber.ts';
import { Panel } from '#client/ui/Panel.tsx';
import type { Mark } from '#shared/series.ts';
import { formatLagMs } from './formatLag.ts';
import type { InvalidationChartModels } from './prepareInvalidationCharts.ts';

interface InvalidationChartsProps {
  charts: InvalidationChartModels;
  marks: readonly Mark[];
}

const HEIGHT_PX = 120;

/** How it went, on one time axis. Gaps are marks of the chart of messages. */
export function InvalidationCharts({ charts, marks }: InvalidationChartsProps) {
  const withGaps = useMemo(
    () => [...marks, ...charts.gaps].sort((a, b) => a.atMs - b.atMs),
    [marks, charts.gaps],
  );
  const common = { layout: 'side', syncId: 'invalidation', heightPx: HEIGHT_PX } as const;
  return (
    <Panel className="shrink-0">
      <div className="flex flex-col gap-1 px-3 pt-2.5 pb-1.5">
        <BarChart
          {...common}
          model={charts.rates}
          format={formatRate}
          marks={marks}
          note="per second, as services asked"
          hasTimeAxis={false}
          hasMarkText
          hasLegend
        />
        <BarChart
          {...common}
          model={charts.messages}
          format={formatRate}
          marks={withGaps}
          note="due upwards, received downwards: equal when nothing is missed; marks: gaps"
          hasTimeAxis={false}
        />
        <LineChart
          {...common}
          model={charts.lag}
          format={formatLagMs}
          marks={marks}
          note={charts.isLagMean ? 'mean: no percentiles are told' : 'from publishing to application'}
        />
      </div>
    </Panel>
  );
}
