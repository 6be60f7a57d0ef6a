import { expect, test } from 'vitest';
import { formatRowOrder, orderRows, parseRowOrder } from '#client/lib/rowOrder.ts';

const columns = ['name', 'misses'] as const;

test('an order survives the address', () => {
  const order = { column: 'misses', direction: 'descending' } as const;
  expect(parseRowOrder(formatRowOrder(order), columns)).toEqual(order);
});

test.each([undefined, '', '-', 'bytes', '--misses'])('%j names no column', (text) => {
  expect(parseRowOrder(text, columns)).toBeNull();
});

test.each(['ascending', 'descending'] as const)('what is not known stands last when %s', (direction) => {
  const rows = [{ misses: null }, { misses: 2 }, { misses: 7 }];
  expect(orderRows(rows, (row) => row.misses, direction).at(-1)).toEqual({ misses: null });
});

test('numbers are compared as numbers', () => {
  expect(orderRows([10, 9, 100], (value) => value, 'ascending')).toEqual([9, 10, 100]);
});
