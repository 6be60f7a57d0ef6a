import { useMemo } from 'react';
import { LineChart } from '#client/charts/LineChart.tsx';
import { formatPercent, formatRate } from '#client/lib/formatNumber.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { type PatternDetail, prepareDetailCharts } from './preparePatternDetail.ts';

/** Rates of the pattern over the range, one time axis for all. */
export function PatternCharts({ detail }: { detail: PatternDetail }) {
  const charts = useMemo(() => prepareDetailCharts(detail), [detail]);
  const { traffic } = detail.row;
  return (
    <Panel
      title="Over time"
      note={`metrics of the services${charts?.hitRate.before ? '; grey: before' : ''}`}
    >
      {charts === null ? (
        <EmptyState isUnknown title="No look-ups were recorded in this range">
          {traffic.state === 'unknown' ? traffic.detail : 'Widen the time range to see more.'}
        </EmptyState>
      ) : (
        <div className="flex flex-col gap-1 px-3 pb-2">
          <LineChart
            model={charts.hitRate}
            format={formatPercent}
            marks={detail.marks}
            hasMarkText
            layout="side"
            heightPx={190}
            note="hits of all look-ups"
            hasTimeAxis={false}
            syncId="pattern"
          />
          <LineChart
            model={charts.misses}
            format={formatRate}
            marks={detail.marks}
            layout="side"
            heightPx={130}
            note="per second"
            hasTimeAxis={false}
            syncId="pattern"
          />
          <LineChart
            model={charts.loads}
            format={formatRate}
            marks={detail.marks}
            layout="side"
            heightPx={130}
            note="calls of the source, per second"
            syncId="pattern"
          />
        </div>
      )}
    </Panel>
  );
}
