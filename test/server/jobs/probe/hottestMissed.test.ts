import { describe, expect, it } from 'vitest';
import { HottestMissed } from '#server/jobs/probe/hottestMissed.ts';

/** Numbers in [0, 1) that are the same in each run. */
function drawn(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

describe('the keys that were missed most', () => {
  it('are counted exactly while they all fit', () => {
    const hot = new HottestMissed(3);
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) hot.add(key);
    expect(hot.result()).toEqual({
      missCount: 6,
      keys: [
        { keyText: 'a', count: 3, error: 0 },
        { keyText: 'b', count: 2, error: 0 },
        { keyText: 'c', count: 1, error: 0 },
      ],
    });
  });

  it('are within the bound that is told, and none above it is left out, however many keys come by', () => {
    const capacity = 50;
    const hot = new HottestMissed(capacity);
    const real = new Map<string, number>();
    const draw = drawn(7);
    const count = 20_000;
    for (let at = 0; at < count; at += 1) {
      // Some keys are hot, and most come once.
      const key = draw() < 0.5 ? `hot:${Math.floor(20 * draw() ** 2)}` : `cold:${Math.floor(1e6 * draw())}`;
      real.set(key, (real.get(key) ?? 0) + 1);
      hot.add(key);
    }
    const { keys, missCount } = hot.result();
    expect([keys.length, missCount]).toEqual([capacity, count]);
    expect(keys.reduce((sum, key) => sum + key.count, 0)).toBe(count);
    for (const { keyText, count: most, error } of keys) {
      const seen = real.get(keyText) ?? 0;
      expect(seen).toBeLessThanOrEqual(most);
      expect(seen).toBeGreaterThanOrEqual(most - error);
      expect(error).toBeLessThanOrEqual(count / capacity);
    }
    const listed = new Set(keys.map(({ keyText }) => keyText));
    for (const [key, seen] of real) if (seen > count / capacity) expect(listed).toContain(key);
  });

  it('are told without names that are too long to keep, which count as missed', () => {
    const hot = new HottestMissed();
    hot.add('k'.repeat(2_000));
    hot.add('k');
    expect(hot.result()).toEqual({ missCount: 2, keys: [{ keyText: 'k', count: 1, error: 0 }] });
  });
});
