import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { HeatMap } from '#client/charts/heat/HeatMap.tsx';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { Button } from '#client/ui/Button.tsx';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import {
  type HeatData,
  heatRowText,
  heatStrength,
  heatSummary,
  heatText,
  isHeatKnown,
} from './prepareHeat.ts';
import { useHeat } from './useHeat.ts';

/** The week at a glance, on demand: which pattern fell below its usual hit rate, and when. */
export function HeatPanel() {
  const [isOpen, setOpen] = useState(false);
  return (
    <Panel
      title="The week, hour by hour"
      note="hit rate against the usual of the same hour"
      className="shrink-0"
      actions={
        <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Hide' : 'Show'}
        </Button>
      }
    >
      {isOpen && <OpenHeat />}
    </Panel>
  );
}

function OpenHeat() {
  const heat = useHeat();
  return (
    <QueryStates query={heat} label="the week" heightPx={200} readAtMs={endOf}>
      {(map) =>
        isHeatKnown(map) ? (
          <WeekMap map={map} />
        ) : (
          <EmptyState isUnknown title="Not enough history to say what is usual">
            An hour is compared with the same hour of the days before, from three of them with 200 look-ups
            on.
          </EmptyState>
        )
      }
    </QueryStates>
  );
}

const HOURS = 168;

function endOf({ fromMs, stepMs }: HeatData): number {
  return fromMs + HOURS * stepMs;
}

function WeekMap({ map }: { map: HeatData }) {
  const navigate = useNavigate();
  const { search } = usePageSearch();
  const rows = useMemo(
    () =>
      map.rows.map(({ pattern, deviations }) => ({
        id: pattern,
        strengths: deviations.map((deviation) => (deviation === null ? null : heatStrength(deviation))),
      })),
    [map],
  );
  return (
    <div className="max-h-[50dvh] overflow-auto px-3 pb-1">
      <p className="pb-1 text-sm text-dim">
        {heatSummary(map)} Vermillion: below the usual; blue: above; full colour from 25 points on; hatched:
        not measured, or fewer than 200 look-ups.
      </p>
      <HeatMap
        rows={rows}
        fromMs={map.fromMs}
        stepMs={map.stepMs}
        stepCount={HOURS}
        textOf={(row, step) => heatText(map, row, step)}
        rowText={(row) => heatRowText(map, row)}
        onOpen={(pattern) => void navigate({ to: '/pattern', search: { ...spanSearch(search), pattern } })}
      />
    </div>
  );
}
