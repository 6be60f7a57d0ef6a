import { expect, it } from 'vitest';
import { readEvictions, readMemoryRoom } from '#server/jobs/warm/readRoom.ts';
import { known, unknown } from '#shared/reading.ts';
import type { NodeFacts, NodeSnapshot } from '#shared/snapshot.ts';

const facts: NodeFacts = {
  ...{ flavour: 'redis', version: '7.0.15', role: 'master', runId: 'a', uptimeSeconds: 1, keyCount: 1 },
  ...{ keysWithTtlCount: 0, connectedClientCount: 1, maxClientCount: 100, blockedClientCount: 0 },
  ...{ usedMemoryBytes: 600, maxMemoryBytes: 1_000, peakMemoryBytes: 600, residentMemoryBytes: 600 },
  ...{ allocatorFragmentationRatio: 1, evictionPolicy: 'allkeys-lru', expiredStaleRatio: 0 },
  ...{ isLoading: false, replicaCount: 0, lastSaveFailed: false },
};

function node(change: Partial<NodeFacts> | null, evictedPerSecond: number | null = 0): NodeSnapshot {
  const read = change === null ? unknown('notEnoughData', '') : known({ ...facts, ...change }, 0, 'info');
  const rates = {
    ...{ commandsPerSecond: 1, expiredPerSecond: 0, evictedPerSecond, networkInBytesPerSecond: 0 },
    ...{ networkOutBytesPerSecond: 0, rejectedConnectionsPerSecond: 0 },
  };
  return {
    ...{ id: 'n', facts: read, rates, lookups: unknown('notEnoughData', '') },
    ownLookupsPerSecond: null,
  };
}

it('sums the masters and leaves replicas out', () => {
  const nodes = [node({}, 2), node({ usedMemoryBytes: 100 }, 3), node({ role: 'slave' }, 9)];
  expect(readMemoryRoom({ nodes })).toEqual({
    ...{ usedBytes: 700, maxBytes: 2_000, isLimited: true, isNoEviction: false },
  });
  expect(readEvictions({ nodes })).toBe(5);
});

it('knows nothing when one may be a master and does not say, and that there is no limit when none has one', () => {
  expect(readMemoryRoom({ nodes: [node({}), node(null)] })).toMatchObject({
    usedBytes: null,
    isLimited: null,
  });
  expect(readEvictions({ nodes: [node({}, 1), node({}, null)] })).toBeNull();
  expect(readEvictions({ nodes: [] })).toBeNull();
  expect(readMemoryRoom({ nodes: [node({ maxMemoryBytes: null })] })).toMatchObject({ isLimited: false });
  expect(readMemoryRoom({ nodes: [node({ maxMemoryBytes: null, evictionPolicy: null })] })).toMatchObject({
    isLimited: null,
  });
});
