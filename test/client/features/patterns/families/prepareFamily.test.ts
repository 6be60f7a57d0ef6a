import { expect, test } from 'vitest';
import { configLine, previewText } from '#client/features/patterns/families/prepareFamily.ts';

test.each([
  [37, 12_000, 'These 37 patterns with ~12K keys become one, of the 40 patterns in the last sample.'],
  [1, 5, 'One pattern with ~5 keys gets this name, of the 40 patterns in the last sample.'],
  [0, 0, 'No example key of the 40 patterns in the last sample matches.'],
])('%i patterns with %i keys: %s', (mergedCount, keyCount, text) => {
  expect(previewText({ merged: [], mergedCount, keyCount, lookedAtCount: 40 })).toBe(text);
});

test('the line is JSON whatever the template holds', () => {
  expect(JSON.parse(`{${configLine('a"b\\:{id}')}}`)).toEqual({ patterns: ['a"b\\:{id}'] });
});
