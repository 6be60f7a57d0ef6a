import { useMemo } from 'react';
import { LineChart } from '#client/charts/LineChart.tsx';
import { formatPercent, formatRate } from '#client/lib/formatNumber.ts';
import { formatMoment } from '#client/lib/formatTime.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { type DetailCharts, type PatternDetail, prepareDetailCharts } from './preparePatternDetail.ts';

function chartsNote(charts: DetailCharts | null, span: PatternDetail['span']): string {
  const begins = charts?.beginsAtMs ?? null;
  if (begins !== null) return `metrics of the services; first measured ${formatMoment(begins, span)}`;
  return `metrics of the services${charts?.hitRate.before ? '; grey: before' : ''}`;
}

/** Rates of the pattern over the range, one time axis for all. */
export function PatternCharts({ detail }: { detail: PatternDetail }) {
  const charts = useMemo(() => prepareDetailCharts(detail), [detail]);
  const { traffic } = detail.row;
  return (
    <Panel title="Over time" note={chartsNote(charts, detail.span)}>
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
