import { useMemo } from 'react';
import { formatRowOrder } from '#client/lib/rowOrder.ts';
import { usePageSearch } from '#client/lib/urlState.ts';
import { Panel } from '#client/ui/Panel.tsx';
import { VirtualTable } from '#client/ui/table/VirtualTable.tsx';
import type { InvalidationAnswer, InvalidationRow } from '../invalidationModel.ts';
import { matrixColumns } from './matrixColumns.tsx';
import { matrixOrder, orderMatrix } from './prepareMatrix.ts';

/** Who published what and who received it, by instance; worst first. */
export function InstancesPanel({ answer: { instances } }: { answer: InvalidationAnswer }) {
  const { search, setSearch } = usePageSearch();
  const order = matrixOrder(search.sort);
  const { column, direction } = order;
  const rows = useMemo(() => orderMatrix(instances, { column, direction }), [instances, column, direction]);
  return (
    <Panel
      title="Instances"
      note="since each began; + is the last minute"
      className="flex min-h-60 flex-none flex-col"
    >
      <VirtualTable
        label="Instances"
        columns={matrixColumns}
        rows={rows}
        rowId={rowId}
        order={order}
        onOrder={(next) => setSearch({ sort: formatRowOrder(next) })}
        maxHeightPx={420}
      />
    </Panel>
  );
}

function rowId({ id }: InvalidationRow): string {
  return id;
}
