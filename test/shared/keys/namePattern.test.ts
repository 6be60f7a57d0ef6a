import { describe, expect, it } from 'vitest';
import { keyMatcher, redisGlob } from '#shared/keys/namePattern.ts';

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
