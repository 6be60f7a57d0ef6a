import { clsx } from 'clsx';
import { useMemo } from 'react';
import { cellWidth, type TableColumn } from './tableColumn.ts';
import { tableRoles } from './tableRoles.ts';
import { ROW_HEIGHT_PX } from './useRowWindow.ts';

interface TableRowProps<Row> {
  row: Row;
  columns: readonly TableColumn<Row>[];
  index: number;
  isActive: boolean;
  isSelected: boolean;
  onActivate: (index: number) => void;
  onOpen: ((row: Row) => void) | undefined;
}

export function TableRow<Row>({
  row,
  columns,
  index,
  isActive,
  isSelected,
  onActivate,
  onOpen,
}: TableRowProps<Row>) {
  // The same elements while row and columns are the same: scrolling then draws only the rows that come into view.
  const cells = useMemo(
    () =>
      columns.map((column, columnIndex) => (
        <td
          key={column.id}
          {...tableRoles.cell}
          style={cellWidth(column)}
          className={clsx(
            'block h-8 overflow-hidden border-b border-line px-2 content-center py-0 text-ellipsis whitespace-nowrap',
            column.align === 'end' && 'text-right',
            columnIndex === 0 && 'sticky left-0 z-10 bg-inherit pl-3',
          )}
        >
          {column.cell(row)}
        </td>
      )),
    [columns, row],
  );
  return (
    <tr
      {...tableRoles.row}
      aria-rowindex={index + 2}
      aria-current={isSelected ? 'true' : undefined}
      data-row-index={index}
      tabIndex={isActive ? 0 : -1}
      style={{ top: index * ROW_HEIGHT_PX }}
      className={clsx(
        'group absolute flex h-8 w-full -outline-offset-2 hover:bg-soft',
        onOpen && 'cursor-pointer',
        isSelected ? 'bg-soft' : 'bg-panel',
      )}
      onFocus={() => onActivate(index)}
      onClick={(event) => {
        if (onOpen !== undefined && !isOwnControl(event.target)) onOpen(row);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.target !== event.currentTarget) return;
        // Otherwise the same press would push the button that has the focus in what is opened.
        event.preventDefault();
        onOpen?.(row);
      }}
    >
      {cells}
    </tr>
  );
}

/** Links and buttons inside a row act for themselves. */
function isOwnControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a, button, input, select') !== null;
}
