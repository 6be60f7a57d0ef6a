import { expect, test } from 'vitest';
import { compareOf, parsePageSearch, spanSearch, timeRangeOf } from '#client/lib/urlState.ts';

test('an empty address means the last hour against the span before', () => {
  const search = parsePageSearch({});
  expect(timeRangeOf(search)).toEqual({ last: '1h' });
  expect(compareOf(search)).toBe('before');
});

test('defaults are left out of the address', () => {
  expect(parsePageSearch({ range: '1h', compare: 'before', q: '' })).toEqual({});
});

test('fixed times win over a relative span', () => {
  const search = parsePageSearch({ range: '24h', from: 1_000, to: 2_000 });
  expect(timeRangeOf(search)).toEqual({ fromMs: 1_000, toMs: 2_000 });
  expect(search.range).toBeUndefined();
});

test.each([
  [{ range: '2h' }],
  [{ range: 7 }],
  [{ from: 2_000, to: 1_000 }],
  [{ from: 1_000 }],
  [{ from: 'x', to: 'y' }],
  [{ compare: 'never' }],
  [{ sort: { by: 'x' } }],
])('%j is dropped, because a link must never break the page', (raw) => {
  expect(parsePageSearch(raw)).toEqual({});
});

test('a filter that looks like a number stays text', () => {
  expect(parsePageSearch({ q: 42 }).q).toBe('42');
});

test('only the span goes along to another page, not its filter or order', () => {
  const search = parsePageSearch({ range: '6h', compare: 'none', q: 'product', sort: '-misses' });
  expect(spanSearch(search)).toEqual({ range: '6h', compare: 'none' });
});
