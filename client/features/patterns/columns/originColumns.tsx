import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { PatternColumn } from './patternColumn.ts';

/** Who reports the row, and how it is known. */
export const originColumns: readonly PatternColumn[] = [
  {
    id: 'services',
    header: 'Services',
    help: 'Services whose metrics name the pattern now.',
    widthPx: 130,
    firstDirection: 'ascending',
    cell: (row) => (
      <span title={row.services.join(', ')} className="truncate text-dim">
        {row.services.length === 0 ? (
          <UnknownDash reason="No service reports this pattern now." />
        ) : (
          row.services.join(', ')
        )}
      </span>
    ),
  },
  {
    id: 'from',
    header: 'From',
    help: 'Where the traffic of the row is known from.',
    widthPx: 82,
    firstDirection: 'ascending',
    cell: (row) => (
      <span
        title={row.trafficReason || 'Metrics of the services'}
        className="rounded border border-line px-1.5 text-xs text-dim"
      >
        {row.from}
      </span>
    ),
  },
];
