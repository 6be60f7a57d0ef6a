import { describe, expect, it } from 'vitest';
import { TagSizeHistory } from '#server/tags/directory/tagSizes.ts';
import { growthOf } from '#shared/tags/tagGrowth.ts';

const MINUTE_MS = 60_000;

describe('the sizes of tags at earlier walks', () => {
  it('say how many entries came since the first', () => {
    const sizes = new TagSizeHistory();
    sizes.record(new Map([['a', 10]]), 0);
    expect(growthOf(sizes.of('a'), 25)).toBeNull();
    sizes.record(new Map([['a', 20]]), MINUTE_MS);
    expect(growthOf(sizes.of('a'), 25)).toEqual({ sinceMs: 0, addedCount: 15 });
    expect(growthOf(sizes.of('a'), 4)).toEqual({ sinceMs: 0, addedCount: -6 });
    expect(growthOf(sizes.of('a'), null)).toBeNull();
    expect(growthOf(sizes.of('unknown'), 4)).toBeNull();
  });

  it('are few, however many walks there were, and keep the first and the last', () => {
    const sizes = new TagSizeHistory();
    for (let walk = 0; walk <= 1_000; walk += 1) sizes.record(new Map([['a', walk]]), walk * MINUTE_MS);
    const kept = sizes.of('a');
    expect(kept.length).toBeLessThanOrEqual(24);
    expect(kept.length).toBeGreaterThan(8);
    expect([kept[0], kept.at(-1)]).toEqual([
      { atMs: 0, memberCount: 0 },
      { atMs: 1_000 * MINUTE_MS, memberCount: 1_000 },
    ]);
  });

  it('of walks within a minute are one, the newest', () => {
    const sizes = new TagSizeHistory();
    for (const atMs of [0, 60_000, 61_000, 70_000]) sizes.record(new Map([['a', atMs]]), atMs);
    expect(sizes.of('a').map(({ atMs }) => atMs)).toEqual([0, 70_000]);
  });

  it('are forgotten with a tag that a walk did not find, and of too many tags kept for the largest', () => {
    const sizes = new TagSizeHistory();
    sizes.record(new Map([['a', 1]]), 0);
    sizes.record(new Map([['b', 1]]), MINUTE_MS);
    expect(sizes.of('a')).toEqual([]);
    sizes.record(new Map(Array.from({ length: 6_000 }, (_, at) => [`t${at}`, at])), 2 * MINUTE_MS);
    expect(sizes.of('t0')).toEqual([]);
    expect(sizes.of('t5999')).toHaveLength(1);
  });
});
