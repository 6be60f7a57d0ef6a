import { describe, expect, it } from 'vitest';
import {
  DEFAULT_ORDER,
  filterPatterns,
  orderPatterns,
  patternSorts,
} from '#client/features/patterns/orderPatterns.ts';
import { preparePatterns } from '#client/features/patterns/preparePatterns.ts';
import { patternList, tableRow } from './patternList.ts';

const rows = preparePatterns(
  patternList([
    tableRow('unknown:{id}', null),
    tableRow('better:{id}', { hits: 990, misses: 10, before: { hits: 900, misses: 100 } }),
    tableRow('worse:{id}', { hits: 500, misses: 500, before: { hits: 900, misses: 100 } }),
    tableRow('new:{id}', { hits: 0, misses: 300 }),
  ]),
);
const names = (ordered: typeof rows) => ordered.map((row) => row.pattern.split(':')[0]);

describe('orderPatterns', () => {
  it('puts the most extra misses first, counts all misses of a new pattern as extra, and the unknown last', () => {
    expect(names(orderPatterns(rows, DEFAULT_ORDER))).toEqual(['worse', 'new', 'better', 'unknown']);
  });

  it.each(patternSorts.filter((sort) => sort !== 'pattern' && sort !== 'from'))(
    'keeps the unknown last in both directions of %s',
    (sort) => {
      const isKnownLast = (direction: 'ascending' | 'descending') =>
        names(orderPatterns(rows, { column: sort, direction })).at(-1);
      const sized = ['keys', 'bytes', 'size', 'ttl', 'noTtl'].includes(sort);
      if (sized) return;
      expect(['unknown', 'new']).toContain(isKnownLast('ascending'));
      expect(['unknown', 'new']).toContain(isKnownLast('descending'));
    },
  );

  it('sorts by name in both directions', () => {
    const sort = 'pattern';
    const up = names(orderPatterns(rows, { column: sort, direction: 'ascending' }));
    expect(up).toEqual(['better', 'new', 'unknown', 'worse']);
    expect(names(orderPatterns(rows, { column: sort, direction: 'descending' }))).toEqual(up.toReversed());
  });

  it('breaks ties by misses, so that equal rows do not jump between two refreshes', () => {
    const tied = orderPatterns(rows, { column: 'bytes', direction: 'descending' });
    expect(names(tied)).toEqual(['worse', 'new', 'better', 'unknown']);
  });

  it('leaves its input as it is', () => {
    const before = names(rows);
    orderPatterns(rows, DEFAULT_ORDER);
    expect(names(rows)).toEqual(before);
  });
});

describe('filterPatterns', () => {
  it.each([
    ['', 4],
    ['  ', 4],
    ['WORSE', 1],
    ['catalog', 3],
    ['catalog new', 1],
    ['nothing', 0],
    ['{id}', 4],
    ['.*', 0],
  ])('%j finds %i rows', (filter, count) => {
    expect(filterPatterns(rows, filter)).toHaveLength(count);
  });
});
