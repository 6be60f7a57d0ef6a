export interface RowOrder<Column extends string = string> {
  readonly column: Column;
  readonly direction: 'ascending' | 'descending';
}

/** The order as the address holds it: `misses`, or `-misses` for descending. Null when it names no column of the page. */
export function parseRowOrder<Column extends string>(
  text: string | undefined,
  columns: readonly Column[],
): RowOrder<Column> | null {
  const isDescending = text?.startsWith('-') === true;
  const name = isDescending ? text?.slice(1) : text;
  const column = columns.find((candidate) => candidate === name);
  return column === undefined ? null : { column, direction: isDescending ? 'descending' : 'ascending' };
}

export function formatRowOrder(order: RowOrder): string {
  return order.direction === 'descending' ? `-${order.column}` : order.column;
}

export type SortValue = number | string | null;

/** Sorted copy, stable; null (not known) stands last in either direction. */
export function orderRows<Row>(
  rows: readonly Row[],
  sortValue: (row: Row) => SortValue,
  direction: RowOrder['direction'],
): readonly Row[] {
  const sign = direction === 'ascending' ? 1 : -1;
  return rows
    .map((row) => ({ row, value: sortValue(row) }))
    .sort((a, b) => compareValues(a.value, b.value, sign))
    .map(({ row }) => row);
}

/** For an ascending order (`sign` 1) or a descending one (-1). */
export function compareValues(a: SortValue, b: SortValue, sign: 1 | -1): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
  const [left, right] = [String(a), String(b)];
  return left === right ? 0 : left < right ? -sign : sign;
}
