import { describe, expect, it } from 'vitest';
import { checkKeyPattern, keyMatcher, redisGlob } from '#cache/keys/keyPattern.ts';

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

describe('redisGlob', () => {
  it('leaves Redis no wildcard but the asterisk', () => {
    expect(redisGlob('a?[b-c]^\\*{*}')).toBe('a\\?\\[b\\-c\\]\\^\\\\**');
  });
});

describe('keyMatcher', () => {
  it.each([
    [
      'shop:product:*',
      ['shop:product:1', 'shop:product:', 'shop:product:1:x'],
      ['shop:products:1', 'xshop:product:1'],
    ],
    ['a*b*c', ['abc', 'aXbYc', 'abbcc'], ['ab', 'acb', 'abcd']],
    ['*:en', [':en', 'recs:1:en'], ['recs:1:en:', 'recs:1:de']],
    ['a.b', ['a.b'], ['axb', 'a.bc']],
    ['a[b]?*', ['a[b]?', 'a[b]?x'], ['ab?', 'a[b]x']],
    [
      'recs:{*}:en',
      ['recs:1:en', 'recs:a%3Ab:en'],
      ['recs::en', 'recs:1:2:en', 'recs:{1}:en', 'recs:1:en:x'],
    ],
    ['p:{*}', ['p:1', 'p:x y'], ['p:', 'p:1:v2', 'p:1}']],
    ['p:{*}-{*}', ['p:1-2', 'p:1-2-3', 'p:---'], ['p:-', 'p:1-', 'p:--']],
    ['{shop}:p:{*}:v{*}', ['{shop}:p:1:v1700'], ['{shop}:p:1:v', 'shop:p:1:v1']],
    ['line*', ['line\nbreak', 'line\u2028'], ['Line']],
  ])('takes of the names those that "%s" stands for', (pattern, meant, others) => {
    const isMeant = keyMatcher(pattern);
    expect(meant.filter(isMeant)).toEqual(meant);
    expect(others.filter(isMeant)).toEqual([]);
  });

  it('is not stalled by a pattern of many wildcards over a name that almost matches', () => {
    const startedAt = performance.now();
    expect(keyMatcher(`${'*a'.repeat(32)}b`)('a'.repeat(2_000))).toBe(false);
    expect(keyMatcher(`${'{*}a'.repeat(32)}b`)('a'.repeat(2_000))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
