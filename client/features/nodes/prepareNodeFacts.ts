import {
  formatBytes,
  formatBytesRate,
  formatCompact,
  formatCount,
  formatPercent,
  formatRate,
} from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { Severity } from '#client/ui/SeveritySign.tsx';
import type { KnownFacts, Node, NodeFact, NodeFactGroup } from './nodeFact.ts';

/** What INFO says of a node, by subject, with its meaning. Thresholds stand in the words beside them. */
export function prepareNodeFacts(facts: KnownFacts, rates: Node['rates']): readonly NodeFactGroup[] {
  return [
    { title: 'Memory', facts: memoryFacts(facts, rates) },
    { title: 'Keys', facts: keyFacts(facts, rates) },
    { title: 'Clients and work', facts: clientFacts(facts, rates) },
    { title: 'Server', facts: serverFacts(facts) },
  ];
}

function memoryFacts(facts: KnownFacts, rates: Node['rates']): readonly NodeFact[] {
  const { usedMemoryBytes: used, maxMemoryBytes: max } = facts;
  const share = used !== null && max !== null ? used / max : null;
  const isBounded = facts.evictionPolicy !== 'noeviction';
  return [
    {
      label: 'Memory used',
      value:
        used === null ? null : `${formatBytes(used)}${share === null ? '' : ` (${formatPercent(share)})`}`,
      meaning: isBounded
        ? 'A cache may run at its limit: it then evicts. Bad only when evictions cost hits.'
        : 'With noeviction, Redis refuses writes at its limit: bad from 95 % on.',
      ...bad(!isBounded && share !== null && share >= 0.95, 'critical'),
    },
    {
      label: 'Limit (maxmemory)',
      value: max === null ? 'none' : formatBytes(max),
      meaning: 'Without a limit Redis grows until the machine has no memory left.',
      ...bad(max === null, 'note'),
    },
    {
      label: 'Eviction policy',
      value: facts.evictionPolicy,
      meaning: 'Which keys go when the limit is reached. allkeys-lru or allkeys-lfu suit a cache.',
    },
    {
      label: 'Evicted',
      value: rate(rates.evictedPerSecond),
      meaning: 'Keys dropped before their TTL ended, to make room. Bad when they are missed.',
      ...bad((rates.evictedPerSecond ?? 0) > 0, 'warning'),
    },
    {
      label: 'Peak',
      value: bytes(facts.peakMemoryBytes),
      meaning: 'Most memory used since the start.',
    },
    {
      label: 'Resident (RSS)',
      value: bytes(facts.residentMemoryBytes),
      meaning: 'What the system gave to Redis. Far above "used" means fragmentation, or memory freed lately.',
    },
    {
      label: 'Fragmentation',
      value: facts.allocatorFragmentationRatio?.toFixed(2) ?? null,
      meaning:
        'Of the allocator. Above 1.5 on a large instance, activedefrag may help; on a small one it says nothing.',
      ...bad((facts.allocatorFragmentationRatio ?? 0) > 1.5 && (used ?? 0) > LARGE_BYTES, 'warning'),
    },
  ];
}

/** Below this size, fixed costs of Redis make the fragmentation look large. Ours. */
const LARGE_BYTES = 512 * 1_024 * 1_024;

function keyFacts(facts: KnownFacts, rates: Node['rates']): readonly NodeFact[] {
  const { keyCount, keysWithTtlCount } = facts;
  const withTtl =
    keyCount !== null && keysWithTtlCount !== null && keyCount > 0 ? keysWithTtlCount / keyCount : null;
  return [
    {
      label: 'Keys',
      value: keyCount === null ? null : formatCount(keyCount),
      meaning: 'All keys of all databases.',
    },
    {
      label: 'With a TTL',
      value: withTtl === null ? null : formatPercent(withTtl),
      meaning: 'Keys without a TTL stay until they are evicted or deleted.',
    },
    {
      label: 'Expired',
      value: rate(rates.expiredPerSecond),
      meaning: 'Keys whose TTL ended. Peaks mean that many were loaded at one moment with one TTL.',
    },
    {
      label: 'Expired, still held',
      value: facts.expiredStaleRatio === null ? null : formatPercent(facts.expiredStaleRatio),
      meaning: 'Estimate of Redis. Above 10 % it does not keep up with removing them; memory is wasted.',
      ...bad((facts.expiredStaleRatio ?? 0) > 0.1, 'warning'),
    },
  ];
}

function clientFacts(facts: KnownFacts, rates: Node['rates']): readonly NodeFact[] {
  const { connectedClientCount: count, maxClientCount: max } = facts;
  return [
    { label: 'Commands', value: rate(rates.commandsPerSecond), meaning: 'Of all clients, ours included.' },
    {
      label: 'Clients',
      value:
        count === null ? null : `${formatCount(count)}${max === null ? '' : ` of ${formatCompact(max)}`}`,
      meaning: 'At the limit (maxclients) new connections are refused: bad from 90 % on.',
      ...bad(count !== null && max !== null && count >= max * 0.9, 'warning'),
    },
    {
      label: 'Refused connections',
      value: rate(rates.rejectedConnectionsPerSecond),
      meaning: 'Any above zero is bad: a service cannot reach its cache.',
      ...bad((rates.rejectedConnectionsPerSecond ?? 0) > 0, 'critical'),
    },
    {
      label: 'Blocked clients',
      value: facts.blockedClientCount === null ? null : formatCount(facts.blockedClientCount),
      meaning: 'They wait in BLPOP, XREAD and the like. Ordinary for queues, odd for a cache.',
    },
    {
      label: 'Network in',
      value: rates.networkInBytesPerSecond === null ? null : formatBytesRate(rates.networkInBytesPerSecond),
      meaning: 'Requests and written values.',
    },
    {
      label: 'Network out',
      value: rates.networkOutBytesPerSecond === null ? null : formatBytesRate(rates.networkOutBytesPerSecond),
      meaning: 'Read values. Often the first limit of a cache with large values.',
    },
  ];
}

function serverFacts(facts: KnownFacts): readonly NodeFact[] {
  return [
    {
      label: 'Version',
      value: `${facts.flavour === 'valkey' ? 'Valkey' : 'Redis'} ${facts.version}`,
      meaning: 'Some readings need a newer one; they say so.',
    },
    {
      label: 'Role',
      value: facts.role,
      meaning:
        facts.role === 'master'
          ? 'It takes the writes.'
          : 'A replica has hit counters of its own and expires nothing by itself.',
    },
    {
      label: 'Up for',
      value: facts.uptimeSeconds === null ? null : formatDuration(facts.uptimeSeconds * 1_000),
      meaning: 'A short time explains a low hit rate: the cache began empty.',
      ...bad(facts.uptimeSeconds !== null && facts.uptimeSeconds < 300, 'note'),
    },
    {
      label: 'Replicas',
      value: facts.replicaCount === null ? null : formatCount(facts.replicaCount),
      meaning: 'Connected now.',
    },
    {
      label: 'Last save',
      value: facts.lastSaveFailed === null ? null : facts.lastSaveFailed ? 'failed' : 'ok',
      meaning: 'After a failed save Redis may refuse writes (stop-writes-on-bgsave-error).',
      ...bad(facts.lastSaveFailed === true, 'warning'),
    },
  ];
}

function bad(isBad: boolean, severity: Severity): { severity?: Severity } {
  return isBad ? { severity } : {};
}

function rate(perSecond: number | null): string | null {
  return perSecond === null ? null : formatRate(perSecond);
}

function bytes(count: number | null): string | null {
  return count === null ? null : formatBytes(count);
}
