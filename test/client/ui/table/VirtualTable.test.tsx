// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TableColumn } from '#client/ui/table/tableColumn.ts';
import { VirtualTable } from '#client/ui/table/VirtualTable.tsx';

interface Row {
  readonly name: string;
  readonly misses: number;
}

const columns: readonly TableColumn<Row>[] = [
  { id: 'name', header: 'Pattern', widthPx: 200, cell: (row) => row.name },
  {
    id: 'misses',
    header: 'Misses',
    unit: '/s',
    widthPx: 80,
    firstDirection: 'descending',
    cell: (row) => row.misses,
  },
];
const rowId = (row: Row) => row.name;
const rows: readonly Row[] = [
  { name: 'a', misses: 3 },
  { name: 'b', misses: 2 },
];

beforeEach(() => {
  globalThis.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  // jsdom lays nothing out, and a table without a height draws no rows.
  for (const side of ['clientHeight', 'clientWidth', 'offsetHeight', 'offsetWidth']) {
    Object.defineProperty(HTMLElement.prototype, side, { configurable: true, get: () => 800 });
  }
});
afterEach(cleanup);

function names(): (string | undefined)[] {
  const body = screen.getAllByRole('row').slice(1);
  return body.map((row) => within(row).getAllByRole('cell')[0]?.textContent ?? undefined);
}

test('a header asks for its first direction, then for the other, and says which is on', async () => {
  const onOrder = vi.fn();
  const { rerender } = render(
    <VirtualTable label="Patterns" columns={columns} rows={rows} rowId={rowId} onOrder={onOrder} />,
  );
  await userEvent.click(screen.getByRole('button', { name: /Misses/ }));
  expect(onOrder).toHaveBeenLastCalledWith({ column: 'misses', direction: 'descending' });
  const order = { column: 'misses', direction: 'descending' } as const;
  rerender(
    <VirtualTable
      label="Patterns"
      columns={columns}
      rows={rows}
      rowId={rowId}
      order={order}
      onOrder={onOrder}
    />,
  );
  expect(screen.getByRole('columnheader', { name: /Misses/ }).getAttribute('aria-sort')).toBe('descending');
  await userEvent.click(screen.getByRole('button', { name: /Misses/ }));
  expect(onOrder).toHaveBeenLastCalledWith({ column: 'misses', direction: 'ascending' });
});

test('a column without a direction cannot be sorted by', () => {
  render(<VirtualTable label="Patterns" columns={columns} rows={rows} rowId={rowId} onOrder={() => {}} />);
  expect(screen.queryByRole('button', { name: /Pattern/ })).toBeNull();
});

test('rows stand still under the pointer, say how many would move, and move when asked', async () => {
  const { rerender } = render(<VirtualTable label="Patterns" columns={columns} rows={rows} rowId={rowId} />);
  await userEvent.hover(screen.getByText('a'));
  rerender(<VirtualTable label="Patterns" columns={columns} rows={[...rows].reverse()} rowId={rowId} />);
  expect(names()).toEqual(['a', 'b']);
  expect(screen.getByText('2 rows would move')).toBeDefined();
  await userEvent.click(screen.getByRole('button', { name: 'Apply the order' }));
  expect(names()).toEqual(['b', 'a']);
});

test('j and k walk the rows, Enter opens the one that has the focus', async () => {
  const onOpen = vi.fn();
  render(<VirtualTable label="Patterns" columns={columns} rows={rows} rowId={rowId} onOpen={onOpen} />);
  screen.getAllByRole('row')[1]?.focus();
  await userEvent.keyboard('j');
  await waitFor(() => expect(document.activeElement?.textContent).toBe('b2'));
  await userEvent.keyboard('{Enter}');
  expect(onOpen).toHaveBeenCalledWith(rows[1]);
});

test('the press that opens a row pushes nothing in what it opens', () => {
  render(<VirtualTable label="Patterns" columns={columns} rows={rows} rowId={rowId} onOpen={vi.fn()} />);
  const [, row] = screen.getAllByRole('row');
  if (row === undefined) throw new Error('no row');
  const goesOn = fireEvent.keyDown(row, { key: 'Enter' });
  expect(goesOn).toBe(false);
});

test('the count of all rows is told to those who hear the table, however few are drawn', () => {
  const many = Array.from({ length: 5_000 }, (_, index) => ({ name: `p${index}`, misses: index }));
  render(<VirtualTable label="Patterns" columns={columns} rows={many} rowId={rowId} />);
  expect(screen.getByRole('table').getAttribute('aria-rowcount')).toBe('5001');
  expect(screen.getAllByRole('row').length).toBeLessThan(100);
});

test('draws the rows that are scrolled to, each at the place of its number', async () => {
  const many = Array.from({ length: 5_000 }, (_, index) => ({ name: `p${index}`, misses: index }));
  render(<VirtualTable label="Patterns" columns={columns} rows={many} rowId={rowId} />);
  screen.getAllByRole('row')[1]?.focus();
  await userEvent.keyboard('{End}');

  await waitFor(() => expect(names()).toContain('p4999'));
  expect(names()).not.toContain('p0');
  const last = screen.getAllByRole('row').at(-1);
  expect(last?.style.top).toBe(`${4_999 * 32}px`);
  expect(last?.getAttribute('aria-rowindex')).toBe('5001');
});
