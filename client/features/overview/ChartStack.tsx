import { BarChart } from '#client/charts/BarChart.tsx';
import { LineChart } from '#client/charts/LineChart.tsx';
import { StackedAreaChart } from '#client/charts/StackedAreaChart.tsx';
import { useElementSize } from '#client/charts/useElementSize.ts';
import { formatPercent, formatRate } from '#client/lib/formatNumber.ts';
import { formatMoment } from '#client/lib/formatTime.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import type { Mark } from '#shared/series.ts';
import type { OverviewCharts } from './prepareCharts.ts';

/** Shares of the height that is there, after titles and the axis. */
const SHARES = { hitRate: 0.33, load: 0.43, leaving: 0.24 };
const SHARES_WITHOUT_LOAD = { hitRate: 0.6, load: 0, leaving: 0.4 };

/** Least height of the three drawings together, and what stands around them, px. */
const MIN_HEIGHT_PX = 450;
const AROUND_PX = 44;

/** Height of what stands in place of the chart of loads, px. */
const NO_LOAD_PX = 152;

/** Three charts on one time axis, so that what happened together stands together. They fill the height that is left. */
export function ChartStack({ charts, marks }: { charts: OverviewCharts; marks: readonly Mark[] }) {
  const [frame, { heightPx }] = useElementSize();
  const isLoadKnown = charts.load !== null;
  const room = Math.max(MIN_HEIGHT_PX, heightPx - AROUND_PX) - (isLoadKnown ? 0 : NO_LOAD_PX);
  const shares = isLoadKnown ? SHARES : SHARES_WITHOUT_LOAD;
  const common = { layout: 'side', syncId: 'overview', marks } as const;
  return (
    <Panel className="relative lg:min-h-[494px]">
      {/* Measures the room, apart from what fills it; not laid out in one column, where the charts have their least height. */}
      <div ref={frame} aria-hidden className="pointer-events-none absolute inset-0 hidden lg:block" />
      <div className="flex flex-col gap-1 px-3 pt-2.5 pb-1.5 lg:absolute lg:inset-0">
        <LineChart
          {...common}
          model={charts.hitRate}
          format={formatPercent}
          heightPx={Math.round(room * shares.hitRate)}
          note={
            charts.beginsAtMs === null
              ? 'own look-ups removed; grey: before'
              : `own look-ups removed; history begins ${formatMoment(charts.beginsAtMs, charts.span)}`
          }
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
            heightPx={Math.round(room * shares.load)}
            note={`by pattern, loads per second${charts.load.band ? `; line: highest of ${charts.load.band.label}` : ''}`}
            hasTimeAxis={false}
          />
        )}
        <BarChart
          {...common}
          model={charts.leaving}
          format={formatRate}
          heightPx={Math.round(room * shares.leaving)}
          note="per second, from Redis"
        />
      </div>
    </Panel>
  );
}
