import { expect, test } from 'vitest';
import { amount, duration, textTable } from '#server/cli/textTable.ts';

test('stands in columns', () => {
  const table = textTable(
    [
      { title: 'name', align: 'left', text: ({ name }) => name },
      { title: 'n', align: 'right', text: ({ n }) => amount(n) },
    ],
    [
      { name: 'a', n: 1_234 },
      { name: 'longer', n: null },
    ],
  );
  expect(table).toBe('name        n\na       1,234\nlonger      -');
});

test('numbers keep the digits that matter', () => {
  expect([0.123, 12.34, 123.4, -0.5].map(amount)).toEqual(['0.12', '12.3', '123', '-0.5']);
  expect([5, 90_000, 5_400_000, 172_800_000].map(duration)).toEqual(['5 ms', '1.5 min', '1.5 h', '2 d']);
});
