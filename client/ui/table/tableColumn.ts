import type { ReactNode } from 'react';

export interface TableColumn<Row> {
  readonly id: string;
  readonly header: string;
  /** Beside the header, such as `/s` or `%`: cells then carry no unit. */
  readonly unit?: string;
  /** What the column means, on hover of its header. */
  readonly help?: string;
  /** Numbers stand at the end. */
  readonly align?: 'start' | 'end';
  readonly widthPx: number;
  /** Takes a share of the room that is left. */
  readonly isGrowing?: boolean;
  /** Direction of the first click; absent = cannot be sorted by. */
  readonly firstDirection?: 'ascending' | 'descending';
  readonly cell: (row: Row) => ReactNode;
}

/** What a column is, apart from the rows that it shows. */
export type ColumnShape = Omit<TableColumn<never>, 'cell'>;

export function columnsWidthPx(columns: readonly ColumnShape[]): number {
  return columns.reduce((sum, { widthPx }) => sum + widthPx, 0);
}

/** Cells of one column are of one width in all rows: each row is laid out for itself. */
export function cellWidth({ widthPx, isGrowing }: ColumnShape) {
  return { flex: `${isGrowing === true ? 1 : 0} 0 ${widthPx}px`, minWidth: 0 };
}
