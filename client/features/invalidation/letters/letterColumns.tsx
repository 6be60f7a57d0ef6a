import { formatBytes, formatCount } from '#client/lib/formatNumber.ts';
import type { TableColumn } from '#client/ui/table/tableColumn.ts';
import { Age } from '#client/ui/values/Age.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { DeadLetter } from '#shared/letters/deadLetter.ts';

const NOT_TOLD = 'The letter does not say; older releases leave it out.';

export const letterColumns: readonly TableColumn<DeadLetter>[] = [
  {
    id: 'event',
    header: 'Event or key',
    widthPx: 170,
    cell: ({ event, source }) => (
      <span className="truncate" title={`${event}${source === null ? '' : ` of ${source}`}`}>
        {event === '' ? 'without a name' : event}
      </span>
    ),
  },
  {
    id: 'buried',
    header: 'Given up',
    // Of `23 h 59 min ago`.
    widthPx: 124,
    align: 'end',
    cell: ({ buriedAtMs }) => <Age atMs={buriedAtMs} suffix=" ago" />,
  },
  {
    id: 'tries',
    header: 'Tries',
    widthPx: 70,
    align: 'end',
    cell: ({ deliveries }) =>
      deliveries === null ? <UnknownDash reason={NOT_TOLD} /> : formatCount(deliveries),
  },
  {
    id: 'payload',
    header: 'Payload',
    widthPx: 90,
    align: 'end',
    cell: ({ payloadBytes }) =>
      payloadBytes === null ? <UnknownDash reason={NOT_TOLD} /> : formatBytes(payloadBytes),
  },
  {
    id: 'reason',
    header: 'Reason',
    widthPx: 260,
    isGrowing: true,
    cell: ({ reason }) => (
      <span className="truncate" title={reason}>
        {reason}
      </span>
    ),
  },
  {
    id: 'id',
    header: 'Id',
    widthPx: 160,
    cell: ({ id }) => <span className="truncate font-mono text-xs text-dim">{id}</span>,
  },
];
