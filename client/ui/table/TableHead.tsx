import { clsx } from 'clsx';
import type { RowOrder } from '#client/lib/rowOrder.ts';
import { type ColumnShape, cellWidth } from './tableColumn.ts';
import { tableRoles } from './tableRoles.ts';

interface TableHeadProps {
  columns: readonly ColumnShape[];
  order: RowOrder | null;
  onOrder: ((order: RowOrder) => void) | undefined;
}

export function TableHead({ columns, order, onOrder }: TableHeadProps) {
  return (
    <thead {...tableRoles.group} className="sticky top-0 z-20 block">
      <tr {...tableRoles.row} aria-rowindex={1} className="flex">
        {columns.map((column, index) => (
          <HeadCell key={column.id} column={column} isFirst={index === 0} order={order} onOrder={onOrder} />
        ))}
      </tr>
    </thead>
  );
}

interface HeadCellProps extends Omit<TableHeadProps, 'columns'> {
  column: ColumnShape;
  isFirst: boolean;
}

function HeadCell({ column, isFirst, order, onOrder }: HeadCellProps) {
  const direction = order?.column === column.id ? order.direction : null;
  const isSortable = column.firstDirection !== undefined && onOrder !== undefined;
  const label = (
    <>
      {column.header}
      {column.unit !== undefined && <span className="font-normal text-faint">{column.unit}</span>}
    </>
  );
  return (
    <th
      scope="col"
      {...tableRoles.head}
      style={cellWidth(column)}
      aria-sort={isSortable ? (direction ?? 'none') : undefined}
      title={column.help}
      className={clsx(
        'block h-8 overflow-hidden border-b border-line bg-panel p-0 text-sm font-normal whitespace-nowrap text-dim',
        column.align === 'end' ? 'text-right' : 'text-left',
        isFirst && 'sticky left-0 z-10',
      )}
    >
      {isSortable ? (
        <button
          type="button"
          className={clsx(
            'inline-flex h-8 items-center gap-1 px-2 -outline-offset-2 hover:text-text',
            isFirst && 'pl-3',
            direction !== null && 'font-medium text-text',
          )}
          onClick={() => onOrder({ column: column.id, direction: nextDirection(column, direction) })}
        >
          {label}
          {direction !== null && <span aria-hidden>{direction === 'ascending' ? '↑' : '↓'}</span>}
        </button>
      ) : (
        <span className={clsx('inline-flex h-8 items-center gap-1 px-2', isFirst && 'pl-3')}>{label}</span>
      )}
    </th>
  );
}

function nextDirection(column: ColumnShape, direction: RowOrder['direction'] | null): RowOrder['direction'] {
  if (direction === null) return column.firstDirection ?? 'ascending';
  return direction === 'ascending' ? 'descending' : 'ascending';
}
