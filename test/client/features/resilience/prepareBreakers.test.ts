import { describe, expect, it } from 'vitest';
import {
  breakerOrder,
  fillRatio,
  filterBreakers,
  orderBreakers,
  prepareBreakers,
} from '#client/features/resilience/prepareBreakers.ts';
import { breaker, instance, open } from '#test/support/services/breakerReadings.ts';
import { answer } from './rows.ts';

describe('the rows', () => {
  const rows = prepareBreakers(
    answer(
      instance('shop-10', breaker()),
      instance('shop-2', breaker()),
      instance('late', open(60_000)),
      instance('early', open(50_000)),
      instance('forced', breaker({ state: 'forcedOpen', awaySinceMs: 70_000 })),
      instance('unknown', breaker({ state: null, whyUnknown: 'no order', sinceMs: null })),
      { ...instance('silent', open(1)), silentSinceMs: 80_000 },
      instance('bare'),
    ),
  );

  it('stand worst first, of the same state the longest first', () => {
    expect(orderBreakers(rows, breakerOrder(undefined)).map(({ name }) => name)).toEqual([
      ...['early', 'late', 'forced', 'silent', 'bare', 'unknown', 'shop-2', 'shop-10'],
    ]);
  });

  it('are filtered by name, state and version', () => {
    expect(filterBreakers(rows, 'SHOP-1').map(({ name }) => name)).toEqual(['shop-10']);
    expect(filterBreakers(rows, 'silent').map(({ name }) => name)).toEqual(['silent']);
    expect(filterBreakers(rows, ' ')).toHaveLength(8);
  });

  it('are ordered by a share that is not known last, in either direction', () => {
    const order = breakerOrder('-failed');
    expect(order).toEqual({ column: 'failed', direction: 'descending' });
    expect(orderBreakers(rows, order).at(-1)?.name).toBe('bare');
    expect(breakerOrder('nonsense')).toEqual({ column: 'state', direction: 'ascending' });
  });
});

describe('how full memory is', () => {
  const memory = { entryCount: 50, bytes: 900, maxEntries: 100, maxBytes: 1_000 };

  it('is by entries or bytes, whichever is nearer to its bound', () => {
    expect(fillRatio(memory)).toBe(0.9);
    expect(fillRatio({ ...memory, bytes: null })).toBe(0.5);
  });

  it('is not known without a bound, and without a layer', () => {
    expect(fillRatio({ ...memory, maxEntries: null, maxBytes: null })).toBeNull();
    expect(fillRatio(null)).toBeNull();
  });
});
