import { expect, test } from 'vitest';
import { mergeFrozenOrder } from '#client/ui/table/frozenOrder.ts';

test('without a hold the wanted order is drawn', () => {
  expect(mergeFrozenOrder(null, ['b', 'a'])).toEqual({ ids: ['b', 'a'], movedCount: 0 });
});

test('held rows keep their places, and it is said how many would move', () => {
  expect(mergeFrozenOrder(['a', 'b', 'c'], ['b', 'a', 'c'])).toEqual({ ids: ['a', 'b', 'c'], movedCount: 2 });
});

test('vanished rows go, new ones come last', () => {
  expect(mergeFrozenOrder(['a', 'b', 'c'], ['d', 'c', 'a'])).toEqual({ ids: ['a', 'c', 'd'], movedCount: 2 });
});
