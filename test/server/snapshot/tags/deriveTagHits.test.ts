import { describe, expect, it } from 'vitest';
import { patternHits, scaledCounts, tagHits } from '#server/snapshot/tags/deriveTagHits.ts';
import type { PatternSnapshot } from '#shared/snapshot.ts';
import { measuredPattern } from '#test/support/patterns/measuredPattern.ts';

const byName = (...patterns: readonly PatternSnapshot[]) =>
  new Map(patterns.map((pattern) => [pattern.pattern, pattern]));

describe('the hits that hang on a tag', () => {
  it('are those of its patterns, by the share of their keys', () => {
    const patterns = byName(
      measuredPattern('a', { hitsPerSecond: 100, keyCount: 1_000 }),
      measuredPattern('b', { hitsPerSecond: 40, keyCount: 10 }),
    );
    const counts = new Map([
      ['a', 250],
      ['b', 10],
    ]);
    expect(tagHits(patterns, counts)).toMatchObject({ state: 'known', value: 65 });
  });

  it('are not known when those of one pattern are not, or how many keys it has', () => {
    const patterns = byName(
      measuredPattern('a', { hitsPerSecond: 100, keyCount: 1_000 }),
      measuredPattern('unsampled', { hitsPerSecond: 100 }),
    );
    const counts = new Map([
      ['a', 1],
      ['b', 1],
    ]);
    expect(tagHits(patterns, counts)).toMatchObject({
      state: 'unknown',
      detail: expect.stringContaining('keys of b are read'),
    });
    expect(patternHits(patterns, 'unsampled', 5)).toMatchObject({ state: 'unknown' });
    expect(tagHits(patterns, new Map())).toMatchObject({ state: 'unknown', reason: 'notEnoughData' });
  });

  it('scale a sample to all members, and leave a whole as it is', () => {
    const sampled = new Map([['a', 50]]);
    expect(scaledCounts(sampled, { sampledCount: 100, memberCount: 1_000 }).get('a')).toBe(500);
    expect(scaledCounts(sampled, { sampledCount: 100, memberCount: 100 }).get('a')).toBe(50);
    expect(scaledCounts(sampled, { sampledCount: 100, memberCount: null }).get('a')).toBe(50);
  });
});
