import { describe, expect, it } from 'vitest';
import { QueuedPatterns } from '#cache/invalidate/queuedPatterns.ts';
import { keyMatcher } from '#shared/keys/namePattern.ts';

const open = (...patterns: readonly string[]): QueuedPatterns => {
  const queued = new QueuedPatterns();
  for (const pattern of patterns) queued.set(pattern, 'hard');
  return queued;
};
const many = (count: number, patternOf: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => patternOf(index));

describe('the patterns that wait', () => {
  it('mean what each of them means by itself', () => {
    const patterns = ['shop:a:*', 'shop:{*}:1', 'shop:b:{*}:v{*}', '*:z', 'shop:plain', 'shop:a:1:*'];
    const keys = ['shop:a:1', 'shop:a:', 'shop:x:1', 'shop:x:2', 'shop:b:1:v2', 'shop:b:1', 'other:z', 'z'];
    const queued = open(...patterns);
    const matchers = patterns.map(keyMatcher);
    for (const key of [...keys, ...patterns, '', 's']) {
      expect(queued.modeOf(key), key).toBe(matchers.some((isMeant) => isMeant(key)) ? 'hard' : null);
    }
  });

  it('are told apart by the mode, of which the harder wins', () => {
    const queued = open('shop:a:1*');
    queued.set('shop:a:*', 'soft');
    expect([queued.modeOf('shop:a:1'), queued.modeOf('shop:a:2'), queued.modeOf('shop:b')]).toEqual([
      'hard',
      'soft',
      null,
    ]);
    queued.set('shop:a:*', 'hard');
    expect(queued.modeOf('shop:a:2')).toBe('hard');
  });

  it('mean nothing any more when they are gone', () => {
    const queued = open('shop:a:*', 'shop:a:*:b');
    queued.delete('shop:a:*');
    queued.delete('shop:a:*');
    expect([queued.modeOf('shop:a:1'), queued.modeOf('shop:a:1:b')]).toEqual([null, 'hard']);
    queued.delete('shop:a:*:b');
    expect(queued.modeOf('shop:a:1:b')).toBeNull();
  });

  it('are exact however many begin differently', () => {
    const queued = open(...many(10_000, (id) => `shop:product:${id}:*`));
    expect(queued.modeOf('shop:product:77:name')).toBe('hard');
    expect(queued.modeOf('shop:product:10000:name')).toBeNull();
  });

  it('mean every key that begins like them once too many begin alike, until few are left', () => {
    const patterns = many(1_000, (id) => `shop:product:*:${id}`);
    const queued = open(...patterns);
    expect(queued.modeOf('shop:product:a:b')).toBe('hard');
    expect(queued.modeOf('shop:price:a:1')).toBeNull();
    for (const pattern of patterns.slice(1)) queued.delete(pattern);
    expect(queued.modeOf('shop:product:a:b')).toBeNull();
    expect(queued.modeOf('shop:product:a:0')).toBe('hard');
  });

  it('are soft together only where none of those that begin alike is hard', () => {
    const queued = new QueuedPatterns();
    for (const pattern of many(100, (id) => `shop:product:*:${id}`)) queued.set(pattern, 'soft');
    expect(queued.modeOf('shop:product:a:b')).toBe('soft');
    queued.set('shop:product:*:7', 'hard');
    expect(queued.modeOf('shop:product:a:b')).toBe('hard');
    queued.set('shop:product:*:7', 'soft');
    expect(queued.modeOf('shop:product:a:b')).toBe('soft');
  });
});
