import { describe, expect, it } from 'vitest';
import { SlidingCount } from '#cache/resilience/slidingCount.ts';

describe('SlidingCount', () => {
  it('sums what happened after one instant up to another, in whole buckets', () => {
    const count = new SlidingCount(10, 5);
    for (const atMs of [0, 9, 10, 25, 39]) count.add(atMs);
    expect(count.sum(-1, 39)).toBe(5);
    expect(count.sum(5, 39)).toBe(3);
    expect(count.sum(5, 20)).toBe(2);
    expect(count.sum(39, 39)).toBe(0);
  });

  it('takes back what was added, and nothing that is forgotten or was never there', () => {
    const count = new SlidingCount(10, 5);
    for (const atMs of [5, 12, 13]) count.add(atMs);
    for (const atMs of [13, 25]) count.remove(atMs);
    expect(count.sum(-1, 49)).toBe(2);
    count.add(55);
    count.remove(5);
    expect(count.sum(0, 59)).toBe(2);
  });

  it('forgets what the ring has gone past, also where nothing was added since', () => {
    const count = new SlidingCount(10, 5);
    count.add(5);
    count.add(52);
    expect(count.sum(0, 59)).toBe(1);
    expect(count.sum(1_000, 1_049)).toBe(0);
  });

  it('counts nothing of a time to come, so that a clock that is set back begins anew', () => {
    const count = new SlidingCount(10, 5);
    count.add(1_000);
    count.add(500);
    expect(count.sum(450, 500)).toBe(1);
  });

  it('forgets the bucket of an instant and all after it', () => {
    const count = new SlidingCount(10, 5);
    for (const atMs of [9, 10, 25]) count.add(atMs);
    count.dropFrom(15);
    expect(count.sum(-1, 49)).toBe(1);
    count.add(15);
    expect(count.sum(-1, 49)).toBe(2);
  });

  it('is empty once it is cleared', () => {
    const count = new SlidingCount(10, 5);
    count.add(3);
    count.clear();
    expect(count.sum(-50, 3)).toBe(0);
    count.add(3);
    expect(count.sum(-50, 3)).toBe(1);
  });
});
