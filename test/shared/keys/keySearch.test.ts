import { expect, test } from 'vitest';
import { guessSearchKind } from '#shared/keys/keySearch.ts';

test.each([
  ['product:1', 'exact'],
  ['product:*', 'glob'],
  ['product:?', 'glob'],
  ['a[12]', 'glob'],
  ['a\\*b', 'glob'],
  ['product:{id}', 'pattern'],
  ['{id}:*', 'glob'],
  ['a\\{b}', 'glob'],
  ['back\\\\slash', 'exact'],
  ['{a:b}', 'exact'],
  ['bin\\x00', 'exact'],
])('%j is taken for %s', (text, kind) => {
  expect(guessSearchKind(text)).toBe(kind);
});
