import { useMemo } from 'react';
import {
  formatBytes,
  formatCompact,
  formatPercentNumber,
  formatProportionInterval,
} from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import { formatRowOrder, type RowOrder } from '#client/lib/rowOrder.ts';
import { usePageSearch } from '#client/lib/urlState.ts';
import { useIsPhone } from '#client/lib/useIsPhone.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import type { TableColumn } from '#client/ui/table/tableColumn.ts';
import { VirtualTable } from '#client/ui/table/VirtualTable.tsx';
import { EstimateValue } from '#client/ui/values/EstimateValue.tsx';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import { prepareTtlRows, type TtlData, type TtlRow, type TtlSort, ttlOrder } from './prepareTtl.ts';

interface TtlTableProps {
  data: TtlData;
  filter: string;
  selected: string | null;
  onSelect: (pattern: string) => void;
}

/** The patterns of the sample; a row chosen shows its histogram above. */
export function TtlTable({ data, filter, selected, onSelect }: TtlTableProps) {
  const { search, setSearch } = usePageSearch();
  const isPhone = useIsPhone();
  const columns = useMemo(() => ttlColumns(isPhone), [isPhone]);
  const { column, direction } = ttlOrder(search.sort);
  const rows = useMemo(
    () => prepareTtlRows(data, filter, { column, direction }),
    [data, filter, column, direction],
  );
  return (
    <VirtualTable
      label="TTL by pattern"
      columns={columns}
      rows={rows}
      rowId={patternOf}
      order={{ column, direction }}
      onOrder={(order: RowOrder) => setSearch({ sort: formatRowOrder(order) })}
      onOpen={(row) => onSelect(row.pattern)}
      selectedId={selected}
      filterKey={filter}
      empty={
        filter.trim() === '' ? (
          <EmptyState title="No pattern is in the sample">Redis held no keys when it was taken.</EmptyState>
        ) : (
          <EmptyState title={`No pattern holds “${filter}”`}>Clear the filter to see all.</EmptyState>
        )
      }
    />
  );
}

function patternOf(row: TtlRow): string {
  return row.pattern;
}

type TtlColumn = TableColumn<TtlRow> & { readonly id: TtlSort };

function ttlColumns(isPhone: boolean): readonly TtlColumn[] {
  return [
    {
      id: 'pattern',
      header: 'Pattern',
      widthPx: isPhone ? 150 : 260,
      isGrowing: true,
      firstDirection: 'ascending',
      cell: (row) => <MiddleText text={row.pattern} />,
    },
    ttlColumn('p50', 'TTL p50', (row) => row.p50Ms),
    {
      id: 'noTtl',
      header: 'No TTL',
      unit: '%',
      help: 'Share of the sampled keys without a TTL; they stay until they are evicted or removed.',
      widthPx: 86,
      align: 'end',
      firstDirection: 'descending',
      cell: (row) =>
        row.noTtl === null ? (
          <UnknownDash reason="No key of it was sampled." />
        ) : (
          <span title={formatProportionInterval(row.noTtl)}>{formatPercentNumber(row.noTtl.ratio)}</span>
        ),
    },
    ttlColumn('p90', 'TTL p90', (row) => row.p90Ms),
    {
      id: 'keys',
      header: 'Keys',
      widthPx: 96,
      align: 'end',
      firstDirection: 'descending',
      cell: (row) => (
        <EstimateValue estimate={row.keyCount} format={(keys) => formatCompact(Math.round(keys))} />
      ),
    },
    {
      id: 'bytes',
      header: 'Memory',
      widthPx: 104,
      align: 'end',
      firstDirection: 'descending',
      cell: (row) =>
        row.bytes === null ? (
          <UnknownDash reason="Redis does not tell MEMORY USAGE." />
        ) : (
          <EstimateValue estimate={row.bytes} format={formatBytes} />
        ),
    },
    {
      id: 'sampled',
      header: 'Sampled',
      help: 'Keys of the pattern in the sample: the fewer, the less sure the row.',
      widthPx: 92,
      align: 'end',
      firstDirection: 'descending',
      cell: (row) => <span className="text-dim">{formatCompact(row.sampledCount)}</span>,
    },
  ];
}

function ttlColumn(id: TtlSort, header: string, ttlMsOf: (row: TtlRow) => number | null): TtlColumn {
  return {
    id,
    header,
    help: 'TTL left, of the sampled keys that have one.',
    widthPx: 104,
    align: 'end',
    firstDirection: 'ascending',
    cell: (row) => {
      const ttlMs = ttlMsOf(row);
      return ttlMs === null ? <UnknownDash reason="No sampled key has a TTL." /> : formatDuration(ttlMs);
    },
  };
}
