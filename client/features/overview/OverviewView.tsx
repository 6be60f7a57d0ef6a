import { useMemo } from 'react';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import type { Compare, TimeRange } from '#shared/timeRange.ts';
import { ChangesPanel } from './ChangesPanel.tsx';
import { ChartStack } from './ChartStack.tsx';
import { DifferentPanel } from './DifferentPanel.tsx';
import type { Overview, Status } from './overviewFacts.ts';
import { prepareCharts } from './prepareCharts.ts';
import { prepareOverview } from './prepareOverview.ts';
import { SymptomTiles } from './SymptomTiles.tsx';
import { useOverview } from './useOverview.ts';
import { WrongStrip } from './wrong/WrongStrip.tsx';

/** Is it the cache? What changed? Where to look next? */
export function OverviewView() {
  const { overview, status, range, compare } = useOverview();
  return (
    <QueryStates query={status} label="the state of Redis" heightPx={120}>
      {(statusNow) => (
        <QueryStates query={overview} label="the overview" heightPx={600}>
          {(data) => <OverviewContent overview={data} status={statusNow} range={range} compare={compare} />}
        </QueryStates>
      )}
    </QueryStates>
  );
}

interface OverviewContentProps {
  overview: Overview;
  status: Status;
  range: TimeRange;
  compare: Compare;
}

function OverviewContent({ overview, status, range, compare }: OverviewContentProps) {
  const model = useMemo(
    () => prepareOverview({ overview, status, range, compare }),
    [overview, status, range, compare],
  );
  const charts = useMemo(
    () => prepareCharts(overview, model.isHitRateWorse),
    [overview, model.isHitRateWorse],
  );
  return (
    <div className="flex flex-1 flex-col gap-2.5 md:pb-3">
      <WrongStrip items={model.wrong} measured={model.measured} />
      <SymptomTiles tiles={model.tiles} />
      <div className="grid flex-1 gap-2.5 lg:grid-cols-[minmax(0,1fr)_300px]">
        <ChartStack charts={charts} marks={overview.marks} />
        <div className="flex min-w-0 flex-col gap-2.5">
          <DifferentPanel model={model.different} />
          <ChangesPanel changes={model.changes} />
        </div>
      </div>
    </div>
  );
}
