import { describe, expect, it } from 'vitest';
import { checkKeyPattern } from '#cache/keys/keyPattern.ts';

const codeOf = (prefix: string, pattern: string): unknown => {
  try {
    return checkKeyPattern(prefix, pattern);
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
};

describe('a pattern', () => {
  it.each(['*', '**', '***', ':*', '*:', '*:*', '::', ':', ' * ', '{*}', '{*}:{*}', '*-*', '*.*', '_*/'])(
    'is refused when it means everything: "%s"',
    (pattern) => {
      expect(codeOf('shop:', pattern)).toBe('patternTooBroad');
    },
  );

  it.each([
    ['nothing', ''],
    ['half a surrogate pair', 'a\ud800*'],
    ['what is longer than any key', `${'a'.repeat(1_024)}*`],
    ['more asterisks than any template has fields', 'a*'.repeat(33)],
  ])('is refused when it is %s', (_, pattern) => {
    expect(codeOf('shop:', pattern)).toBe('badOptions');
  });

  it('is refused under a prefix that would match other services', () => {
    expect(codeOf('sh*p:', 'product:*')).toBe('badOptions');
  });

  it('gets the prefix, and nothing else changes in it', () => {
    expect(codeOf('shop:', 'a[b]?*')).toBe('shop:a[b]?*');
    expect(codeOf('', 'product:*')).toBe('product:*');
  });
});
