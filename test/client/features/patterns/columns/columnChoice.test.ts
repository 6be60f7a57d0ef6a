import { expect, it, test } from 'vitest';
import { formatColumns, parseColumns } from '#client/features/patterns/columns/columnChoice.ts';
import { patternColumns, usualColumns } from '#client/features/patterns/columns/patternColumns.ts';
import { patternSorts } from '#client/features/patterns/orderPatterns.ts';

const all = ['name', 'a', 'b', 'c'].map((id) => ({ id }));
const ids = (text: string | undefined) => parseColumns(text, all)?.map(({ id }) => id) ?? null;

test.each([
  ['c,a', ['name', 'a', 'c']],
  ['a,nonsense', ['name', 'a']],
  ['nonsense', null],
  ['name', null],
  [undefined, null],
])('the address %j shows %j', (text, shown) => {
  expect(ids(text)).toEqual(shown);
});

it('leaves the usual choice out of the address, in whatever order it was made', () => {
  expect(formatColumns(['b', 'a'], ['a', 'b'])).toBeUndefined();
  expect(formatColumns(['name', 'a'], ['name', 'a', 'b'])).toBe('name,a');
});

test('each column is told with its source, has an id of its own, and can be sorted by unless it is a curve', () => {
  const columns = patternColumns(false);
  expect(new Set(columns.map(({ id }) => id)).size).toBe(columns.length);
  for (const { id, help, firstDirection } of columns) {
    expect(help.length, id).toBeGreaterThan(20);
    expect(firstDirection !== undefined, id).toBe(id !== 'spark');
  }
  expect(columns.map(({ id }) => id).filter((id) => id !== 'spark')).toEqual(
    expect.arrayContaining([...patternSorts]),
  );
});

test('a phone shows few columns, all of which exist', () => {
  expect(usualColumns(true).length).toBeLessThan(7);
  const known = patternColumns(true).map(({ id }) => id);
  expect(known).toEqual(expect.arrayContaining([...usualColumns(true), ...usualColumns(false)]));
});

test('what a probe measured is shown beside the rate of the metrics, once one did', () => {
  for (const isPhone of [true, false]) {
    expect(usualColumns(isPhone)).not.toContain('probe');
    const ids = usualColumns(isPhone, true);
    expect(ids.indexOf('probe')).toBe(ids.indexOf('hitRate') + 1);
    expect(ids.filter((id) => id !== 'probe')).toEqual(usualColumns(isPhone));
  }
});
