import { expect, test } from 'vitest';
import { printable } from '#shared/export/printable.ts';

test('a name cannot write to the terminal', () => {
  expect(printable('a\u001b[2Jb\u202e')).toBe('a\\u001b[2Jb\\u202e');
});
