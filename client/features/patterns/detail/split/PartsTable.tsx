import {
  formatCount,
  formatPercentNumber,
  formatProportionInterval,
  formatRateNumber,
} from '#client/lib/formatNumber.ts';
import type { TableColumn } from '#client/ui/table/tableColumn.ts';
import { VirtualTable } from '#client/ui/table/VirtualTable.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import { trafficSourceWords } from '#shared/traffic/trafficSource.ts';
import { type PartRow, prepareParts, type SplitParts } from './prepareSplit.ts';

/** One row a process that counted the pattern. */
export function PartsTable({ parts }: { parts: SplitParts }) {
  return (
    <VirtualTable
      label="By service, version and instance"
      columns={columns}
      rows={prepareParts(parts)}
      rowId={rowId}
      maxHeightPx={330}
    />
  );
}

function rowId({ id }: PartRow): string {
  return id;
}

const columns: readonly TableColumn<PartRow>[] = [
  nameColumn('service', 'Service', 120),
  nameColumn('version', 'Version', 90),
  { ...nameColumn('instance', 'Instance', 130), isGrowing: true },
  {
    id: 'hit',
    header: 'Hit rate',
    unit: '%',
    help: 'Hits of all look-ups of this process.',
    widthPx: 82,
    align: 'end',
    cell: ({ part }) =>
      part.hit === null || !part.hasEnoughLookups ? (
        <span title={`Not enough data (n = ${part.lookupCount})`} className="text-sm text-dim italic">
          n = {part.lookupCount}
        </span>
      ) : (
        <span title={`${formatProportionInterval(part.hit)}, of ${formatCount(part.lookupCount)} look-ups`}>
          {formatPercentNumber(part.hit.ratio)}
        </span>
      ),
  },
  rateColumn('lookups', 'Look-ups', ({ part }) => part.lookupsPerSecond),
  rateColumn('misses', 'Misses', ({ part }) => part.missesPerSecond),
  {
    id: 'source',
    header: 'Counted by',
    widthPx: 130,
    cell: ({ source }) => <span className="truncate text-dim">{trafficSourceWords[source]}</span>,
  },
];

function nameColumn(
  id: 'service' | 'version' | 'instance',
  header: string,
  widthPx: number,
): TableColumn<PartRow> {
  return {
    id,
    header,
    widthPx,
    cell: (row) => row[id] ?? <UnknownDash reason={`Its source does not tell the ${id}.`} />,
  };
}

function rateColumn(
  id: string,
  header: string,
  rateOf: (row: PartRow) => number | null,
): TableColumn<PartRow> {
  return {
    id,
    header,
    unit: '/s',
    widthPx: 86,
    align: 'end',
    cell: (row) => {
      const rate = rateOf(row);
      return rate === null ? <UnknownDash reason="It was read only once so far." /> : formatRateNumber(rate);
    },
  };
}
