import { expect, test } from 'vitest';
import { literalPrefixes } from '#server/sources/targets/find/literalPrefixes.ts';

test('takes the segments that stand as they are, and the empty start', () => {
  const patterns = ['shop:catalog:product:{id}', 'cart:{uuid}', '{id}:x', 'plain', 'a:b:c:d:e:f'];
  expect([...literalPrefixes(patterns)]).toEqual([
    ...['', 'shop:', 'shop:catalog:', 'shop:catalog:product:', 'cart:', 'a:', 'a:b:', 'a:b:c:'],
  ]);
});
