import { useMemo } from 'react';
import { formatCompact } from '#client/lib/formatNumber.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import type { TableColumn } from '#client/ui/table/tableColumn.ts';
import { VirtualTable } from '#client/ui/table/VirtualTable.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import { formatLag } from './formatLag.ts';
import type { InvalidationAnswer } from './invalidationModel.ts';
import { prepareEvents, type ShownEvent } from './prepareEvents.ts';

const MEAN_ALONE = 'Snapshots in Redis hold the mean alone.';
const NONE_APPLIED = 'None was applied.';

const columns: readonly TableColumn<ShownEvent>[] = [
  {
    id: 'event',
    header: 'Event',
    widthPx: 190,
    isGrowing: true,
    cell: ({ event, service, isStorm }) => (
      <span className="flex min-w-0 items-center gap-1.5" title={`${event} · ${service}`}>
        {isStorm && <SeveritySign severity="warning" size={12} />}
        <span className="truncate">{event}</span>
        <span className="truncate text-sm text-dim">{service}</span>
      </span>
    ),
  },
  {
    id: 'fanOut',
    header: 'Entries each',
    help: 'Entries that one event removes: the mean, and what 95 of 100 stay below. 100 or more is a storm (R19).',
    widthPx: 138,
    align: 'end',
    cell: ({ fanOutMean, fanOutP95, isStorm }) => (
      <Pair
        mean={fanOutMean}
        p95={fanOutP95}
        format={(value) => (Number.isFinite(value) ? formatCompact(Math.round(value)) : '> 10K')}
        isBad={isStorm}
      />
    ),
  },
  {
    id: 'applied',
    header: 'Applied',
    help: 'In the last minute; without any, since the instances began.',
    widthPx: 96,
    align: 'end',
    cell: ({ applied, isRecent }) => (
      <span className={isRecent ? undefined : 'text-faint'}>{formatCompact(applied)}</span>
    ),
  },
  {
    id: 'failed',
    header: 'Failed',
    widthPx: 76,
    align: 'end',
    cell: ({ failed, lost }) => (
      <span className={failed + lost > 0 ? 'text-verm' : undefined} title={`${failed} failed, ${lost} lost`}>
        {formatCompact(failed + lost)}
      </span>
    ),
  },
  {
    id: 'lag',
    header: 'Lag',
    help: 'From publishing to application: the mean, and what 95 of 100 stay below.',
    widthPx: 150,
    align: 'end',
    cell: ({ lagMean, lagP95 }) => <Pair mean={lagMean} p95={lagP95} format={formatLag} isBad={false} />,
  },
];

interface PairProps {
  mean: number | null;
  p95: number | null;
  format: (value: number) => string;
  isBad: boolean;
}

function Pair({ mean, p95, format, isBad }: PairProps) {
  if (mean === null) return <UnknownDash reason={NONE_APPLIED} />;
  return (
    <span className={isBad ? 'text-amber' : undefined} title={p95 === null ? MEAN_ALONE : undefined}>
      {format(mean)}
      <span className="text-dim"> {p95 === null ? 'mean' : `p95 ${format(p95)}`}</span>
    </span>
  );
}

/** Which events remove how much: the widest first. */
export function EventsPanel({ answer: { events } }: { answer: InvalidationAnswer }) {
  const rows = useMemo(() => prepareEvents(events), [events]);
  return (
    <Panel title="Fan-out of events" note="most entries each first" className="flex min-h-48 flex-col">
      <VirtualTable
        label="Events"
        columns={columns}
        rows={rows}
        rowId={rowId}
        maxHeightPx={320}
        empty={
          <EmptyState title="No event is declared">
            Services that declare events (option events of cachescope/cache) show here what each removes.
          </EmptyState>
        }
      />
    </Panel>
  );
}

function rowId({ id }: ShownEvent): string {
  return id;
}
