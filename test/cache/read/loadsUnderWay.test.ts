import { describe, expect, it } from 'vitest';
import { Fence, LoadsUnderWay } from '#cache/read/loadsUnderWay.ts';
import { ownerHash } from '#cache/store/ownerHash.ts';

const flightOf = (owner: string | undefined) => {
  const fence = new Fence('key', ownerHash(owner));
  return { outcome: Promise.resolve(owner), fence, storing: () => null, missReason: () => null };
};

describe('look-ups of one key by several owners', () => {
  it('are joined by their own owner alone, and only the first', () => {
    const loads = new LoadsUnderWay();
    const [ann, bob] = [flightOf('ann'), flightOf('bob')];
    loads.add(ann);
    loads.add(bob);
    expect(loads.join('key', ownerHash('ann'))).toBe(ann);
    expect(loads.join('key', ownerHash('bob'))).toBeUndefined();
    expect(loads.join('key')).toBeUndefined();
    loads.end(bob.fence);
    expect(loads.join('key', ownerHash('ann'))).toBe(ann);
    loads.end(ann.fence);
    expect(loads.join('key', ownerHash('ann'))).toBeUndefined();
  });

  it('are all outdated by an invalidation of the key', () => {
    const loads = new LoadsUnderWay();
    const flights = ['ann', 'bob', undefined].map(flightOf);
    for (const flight of flights) loads.add(flight);
    loads.invalidateKey('key');
    expect(flights.map(({ fence }) => fence.isOutdated(null))).toEqual([true, true, true]);
    expect(loads.join('key', ownerHash('ann'))).toBeUndefined();
  });
});
