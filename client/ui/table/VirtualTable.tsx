import { type ReactNode, useRef } from 'react';
import type { RowOrder } from '#client/lib/rowOrder.ts';
import { Button } from '../Button.tsx';
import { TableHead } from './TableHead.tsx';
import { TableRow } from './TableRow.tsx';
import { columnsWidthPx, type TableColumn } from './tableColumn.ts';
import { tableRoles } from './tableRoles.ts';
import { useFrozenRows } from './useFrozenRows.ts';
import { useRowWalk } from './useRowWalk.ts';
import { useRowWindow } from './useRowWindow.ts';

interface VirtualTableProps<Row> {
  label: string;
  columns: readonly TableColumn<Row>[];
  /** Filtered and ordered already: the order is decided where the rows are prepared. */
  rows: readonly Row[];
  /** Stable identity of a row. Keep the function itself stable too. */
  rowId: (row: Row) => string;
  order?: RowOrder | null;
  onOrder?: (order: RowOrder) => void;
  /** Enter or a click on a row. The row should also hold a link, for those who open it in a new tab. */
  onOpen?: (row: Row) => void;
  selectedId?: string | null;
  /** The filter that the rows went through: another one lets go of the frozen order. */
  filterKey?: string;
  /** Instead of rows. */
  empty?: ReactNode;
  /** Scrolls inside from this height on. */
  maxHeightPx?: number;
}

/**
 * A table of any length that draws only what is seen. Rows keep their places while the pointer or the focus is inside;
 * `j`/`k` or the arrows walk, Enter opens. Give it a height: a flex parent with one, or `maxHeightPx`.
 */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { columns, rows, order = null } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const orderKey = `${order?.column} ${order?.direction} ${props.filterKey ?? ''}`;
  const frozen = useFrozenRows({ rows, rowId: props.rowId, orderKey });
  const { shown, frame } = frozen;
  const { from, to, heightPx, scrollTo } = useRowWindow(scroller, shown.length);
  const walk = useRowWalk({ rowCount: shown.length, scrollTo, scroller });
  return (
    <div ref={frame} className="flex min-h-0 flex-1 flex-col">
      <MovedNote movedCount={frozen.movedCount} onApply={frozen.apply} />
      {/* Relative, so that words for screen readers in far cells are clipped too and do not widen the page. */}
      <div
        ref={scroller}
        className="relative min-h-0 flex-1 overflow-auto"
        style={{ maxHeight: props.maxHeightPx }}
      >
        {/* Laid out row by row and not as a table: rows that come while scrolling then move no other. The roles say what it is. */}
        <table
          {...tableRoles.table}
          aria-label={props.label}
          aria-rowcount={shown.length + 1}
          className="block"
          style={{ minWidth: columnsWidthPx(columns) }}
          onKeyDown={walk.onKeyDown}
        >
          <TableHead columns={columns} order={order} onOrder={props.onOrder} />
          <tbody {...tableRoles.group} className="relative block" style={{ height: heightPx }}>
            {shown.slice(from, to).map((row, place) => {
              const index = from + place;
              const id = props.rowId(row);
              return (
                <TableRow
                  key={id}
                  row={row}
                  columns={columns}
                  index={index}
                  isActive={index === walk.activeIndex}
                  isSelected={id === props.selectedId}
                  onActivate={walk.setActiveIndex}
                  onOpen={props.onOpen}
                />
              );
            })}
          </tbody>
        </table>
        {shown.length === 0 && props.empty}
      </div>
    </div>
  );
}

function MovedNote({ movedCount, onApply }: { movedCount: number; onApply: () => void }) {
  if (movedCount === 0) return null;
  return (
    <div className="flex items-center gap-2 border-b border-line px-3 text-sm text-dim">
      {movedCount === 1 ? '1 row would move' : `${movedCount} rows would move`}
      <Button variant="quiet" onClick={onApply}>
        Apply the order
      </Button>
    </div>
  );
}
