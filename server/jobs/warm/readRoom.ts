import type { NodeFacts, NodeSnapshot, Snapshot } from '#shared/snapshot.ts';
import type { MemoryRoom } from './judgeRoom.ts';

/** What the masters hold and may hold, all together. */
export function readMemoryRoom({ nodes }: Pick<Snapshot, 'nodes'>): MemoryRoom {
  const masters = mastersOf(nodes);
  const facts = masters.flatMap(({ facts: read }) => (read.state === 'known' ? [read.value] : []));
  if (facts.length === 0 || facts.length < masters.length) {
    return { usedBytes: null, maxBytes: null, isLimited: null, isNoEviction: null };
  }
  return {
    usedBytes: sumOf(facts.map(({ usedMemoryBytes }) => usedMemoryBytes)),
    maxBytes: sumOf(facts.map(({ maxMemoryBytes }) => maxMemoryBytes)),
    isLimited: isLimited(facts),
    isNoEviction: facts.some(({ evictionPolicy }) => evictionPolicy === 'noeviction'),
  };
}

/** Keys a second that the masters evict; null = one of them does not say (yet). */
export function readEvictions({ nodes }: Pick<Snapshot, 'nodes'>): number | null {
  const masters = mastersOf(nodes);
  return masters.length === 0 ? null : sumOf(masters.map(({ rates }) => rates.evictedPerSecond));
}

/** A node that says how it evicts, and no limit, has none; null = none of them says either. */
function isLimited(facts: readonly NodeFacts[]): boolean | null {
  if (facts.some(({ maxMemoryBytes }) => maxMemoryBytes !== null)) return true;
  return facts.every(({ evictionPolicy }) => evictionPolicy !== null) ? false : null;
}

/** A node that cannot be read may be one. */
function mastersOf(nodes: readonly NodeSnapshot[]): readonly NodeSnapshot[] {
  return nodes.filter(({ facts }) => facts.state !== 'known' || facts.value.role === 'master');
}

/** Null when one of them is. */
function sumOf(values: readonly (number | null)[]): number | null {
  return values.reduce((sum, value) => (sum === null || value === null ? null : sum + value), 0);
}
