import { BarChart } from '#client/charts/BarChart.tsx';
import { LineChart } from '#client/charts/LineChart.tsx';
import { StackedAreaChart } from '#client/charts/StackedAreaChart.tsx';
import { formatPercent, formatRate } from '#client/lib/formatNumber.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import type { Mark } from '#shared/series.ts';
import type { OverviewCharts } from './prepareCharts.ts';

/** Three charts on one time axis, so that what happened together stands together. */
export function ChartStack({ charts, marks }: { charts: OverviewCharts; marks: readonly Mark[] }) {
  const common = { layout: 'side', syncId: 'overview', marks } as const;
  return (
    <Panel className="flex flex-col gap-1 px-3 pt-2.5 pb-1.5">
      <LineChart
        {...common}
        model={charts.hitRate}
        format={formatPercent}
        heightPx={170}
        note="own look-ups removed; grey: before"
        hasTimeAxis={false}
        hasMarkText
      />
      {charts.load === null ? (
        <EmptyState isUnknown title="Source load by pattern is not known in this span">
          Services that export the metrics of the library (or others that this server reads) would show it.
        </EmptyState>
      ) : (
        <StackedAreaChart
          {...common}
          model={charts.load}
          format={formatRate}
          heightPx={210}
          note="by pattern, loads per second"
          hasTimeAxis={false}
        />
      )}
      <BarChart
        {...common}
        model={charts.leaving}
        format={formatRate}
        heightPx={110}
        note="per second, from Redis"
      />
    </Panel>
  );
}
