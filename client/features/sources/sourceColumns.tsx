import { clsx } from 'clsx';
import { formatBytes, formatCount } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import type { TableColumn } from '#client/ui/table/tableColumn.ts';
import { Age } from '#client/ui/values/Age.tsx';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import { type SourceRow, type SourceSort, stateWords } from './prepareSources.ts';

type SourceColumn = TableColumn<SourceRow> & { readonly id: SourceSort | 'conventions' | 'namedBy' };

const NOT_READ = 'It was not read yet.';

export function sourceColumns(isPhone: boolean): readonly SourceColumn[] {
  return [...identityColumns(isPhone), ...readingColumns];
}

function identityColumns(isPhone: boolean): readonly SourceColumn[] {
  return [
    {
      id: 'source',
      header: 'Source',
      widthPx: isPhone ? 190 : 300,
      isGrowing: true,
      firstDirection: 'ascending',
      cell: ({ url }) => <MiddleText text={url} />,
    },
    {
      id: 'state',
      header: 'State',
      widthPx: 112,
      firstDirection: 'ascending',
      cell: (row) => <State row={row} />,
    },
    {
      id: 'service',
      header: 'Service',
      help: 'As its page says, else as the label of the source says.',
      widthPx: 130,
      firstDirection: 'ascending',
      cell: ({ service, process }) =>
        service === null ? (
          <UnknownDash reason="Neither its page nor a label says which service it is." />
        ) : (
          <span title={process}>{service}</span>
        ),
    },
    {
      id: 'conventions',
      header: 'Read as',
      help: 'The library or exporter whose metrics the page holds, at the last good reading.',
      widthPx: 140,
      cell: ({ conventions }) =>
        conventions === '' ? <UnknownDash reason="No metrics of caches were found." /> : conventions,
    },
  ];
}

const readingColumns: readonly SourceColumn[] = [
  {
    id: 'lastOk',
    header: 'Last read',
    help: 'The last reading that gave figures.',
    widthPx: 92,
    align: 'end',
    firstDirection: 'descending',
    cell: ({ lastOkAtMs }) =>
      lastOkAtMs === null ? <UnknownDash reason="It was never read." /> : <Age atMs={lastOkAtMs} />,
  },
  {
    id: 'took',
    header: 'Took',
    help: 'Time of the last reading, good or not.',
    widthPx: 76,
    align: 'end',
    firstDirection: 'descending',
    cell: ({ cost }) => (cost === null ? <UnknownDash reason={NOT_READ} /> : formatDuration(cost.durationMs)),
  },
  {
    id: 'kept',
    header: 'Series kept',
    help: 'Series of caches, of all that the page holds. The others are dropped as they are read.',
    widthPx: 120,
    align: 'end',
    firstDirection: 'descending',
    cell: ({ cost }) =>
      cost === null ? (
        <UnknownDash reason={NOT_READ} />
      ) : (
        <span title={`${formatBytes(cost.pageBytes)} were read`}>
          {formatCount(cost.seriesKeptCount)}
          <span className="text-dim"> of {formatCount(cost.seriesReadCount)}</span>
        </span>
      ),
  },
  {
    id: 'namedBy',
    header: 'Named by',
    widthPx: 150,
    cell: ({ namedBy }) => (
      <span className="text-dim" title={namedBy}>
        {namedBy}
      </span>
    ),
  },
];

const colours = { pending: 'text-dim', down: 'text-amber', partly: 'text-text', up: 'text-text' };

function State({ row: { state, detail } }: { row: SourceRow }) {
  return (
    <span title={detail} className={clsx('flex items-center gap-1.5', colours[state])}>
      {state === 'down' && <SeveritySign severity="warning" size={12} />}
      {state === 'partly' && <SeveritySign severity="note" size={12} />}
      {stateWords[state]}
    </span>
  );
}
