import { useMemo } from 'react';
import { LineChart } from '#client/charts/LineChart.tsx';
import { formatMoment } from '#client/lib/formatTime.ts';
import { Panel } from '#client/ui/Panel.tsx';
import type { Mark } from '#shared/series.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import type { Node } from './nodeFact.ts';
import { prepareNodeCharts } from './prepareNodeCharts.ts';

interface NodeChartsProps {
  node: Node;
  span: TimeSpan;
  marks: readonly Mark[];
}

export function NodeCharts({ node, span, marks }: NodeChartsProps) {
  const { charts, beginsAtMs } = useMemo(() => prepareNodeCharts(node, span), [node, span]);
  return (
    <Panel
      title="Over time"
      note={beginsAtMs === null ? 'from INFO' : `from INFO; history begins ${formatMoment(beginsAtMs, span)}`}
    >
      <div className="grid gap-x-6 gap-y-3 px-3 pb-3 sm:grid-cols-2 2xl:grid-cols-4">
        {charts.map(({ model, format }) => (
          <div key={model.title} className="min-w-0">
            <LineChart
              model={model}
              format={format}
              marks={marks}
              heightPx={84}
              syncId={`nodes ${node.id}`}
            />
          </div>
        ))}
      </div>
    </Panel>
  );
}
