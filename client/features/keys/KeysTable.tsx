import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import type { RowOrder } from '#client/lib/rowOrder.ts';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { useIsPhone } from '#client/lib/useIsPhone.ts';
import { VirtualTable } from '#client/ui/table/VirtualTable.tsx';
import type { FoundKey, WhyUnknown } from '#shared/keys/foundKeys.ts';
import { keyColumns } from './keyColumns.tsx';
import { type KeySort, orderKeys } from './prepareKeys.ts';

interface KeysTableProps {
  keys: readonly FoundKey[];
  why: WhyUnknown;
  /** Names the search: another one lets go of the order that is held. */
  searchId: string;
  order: RowOrder<KeySort>;
  onOrder: (order: RowOrder) => void;
  empty: ReactNode;
}

export function KeysTable({ keys, why, searchId, order, onOrder, empty }: KeysTableProps) {
  const navigate = useNavigate();
  const { search } = usePageSearch();
  const isPhone = useIsPhone();
  const { column, direction } = order;
  const rows = useMemo(() => orderKeys(keys, { column, direction }), [keys, column, direction]);
  const columns = useMemo(() => keyColumns(isPhone, why), [isPhone, why]);
  return (
    <VirtualTable
      label="Keys"
      columns={columns}
      rows={rows}
      rowId={keyId}
      order={order}
      onOrder={onOrder}
      onOpen={({ id }) => void navigate({ to: '/key', search: { ...spanSearch(search), key: id } })}
      filterKey={searchId}
      empty={empty}
    />
  );
}

function keyId({ id }: FoundKey): string {
  return id;
}
