import { expect, test } from 'vitest';
import { makeValue, sizes } from '#bench/library/makeValue.ts';

test.each(Object.entries(sizes))('a value of %s has that many bytes of JSON', (_size, bytes) => {
  expect(JSON.stringify(makeValue(bytes))).toHaveLength(bytes);
});
