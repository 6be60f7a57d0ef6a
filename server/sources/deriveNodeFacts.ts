import type { InfoSection, NodeFacts } from '#shared/snapshot.ts';
import { infoFields, infoNumber, infoParts } from './parseInfo.ts';

/**
 * What INFO says of a node, in our names. Null where this version does not say. Memory percentages are left to readers:
 * `maxMemoryBytes` null means that there is no limit to divide by. Source: redis.io/docs INFO; field names alike in
 * Redis 6.0 to 8.x and Valkey 7.2 to 9.x (Valkey keeps `redis_version` at 7.2.4 and says its own in `valkey_version`).
 */
export function deriveNodeFacts(sections: readonly InfoSection[]): NodeFacts {
  const fields = infoFields(sections);
  const number = (name: string): number | null => infoNumber(fields, name);
  const valkeyVersion = fields.get('valkey_version');
  const isValkey = valkeyVersion !== undefined || fields.get('server_name') === 'valkey';
  const keys = countKeys(sections);
  const stalePercent = number('expired_stale_perc');
  const maxMemory = number('maxmemory');
  return {
    flavour: isValkey ? 'valkey' : 'redis',
    version: valkeyVersion ?? fields.get('redis_version') ?? '',
    role: fields.get('role') ?? '',
    runId: fields.get('run_id') ?? '',
    uptimeSeconds: number('uptime_in_seconds'),
    keyCount: keys?.keyCount ?? null,
    keysWithTtlCount: keys?.keysWithTtlCount ?? null,
    connectedClientCount: number('connected_clients'),
    maxClientCount: number('maxclients'),
    blockedClientCount: number('blocked_clients'),
    usedMemoryBytes: number('used_memory'),
    maxMemoryBytes: maxMemory === 0 ? null : maxMemory,
    peakMemoryBytes: number('used_memory_peak'),
    residentMemoryBytes: number('used_memory_rss'),
    allocatorFragmentationRatio: number('allocator_frag_ratio'),
    evictionPolicy: fields.get('maxmemory_policy') ?? null,
    expiredStaleRatio: stalePercent === null ? null : stalePercent / 100,
    isLoading: fields.get('loading') === '1',
    replicaCount: number('connected_slaves') ?? number('connected_replicas'),
    lastSaveFailed: lastSaveFailed(fields),
  };
}

/** Keys over all databases. A Keyspace section without a line means no keys; no such section means not known. */
function countKeys(sections: readonly InfoSection[]): { keyCount: number; keysWithTtlCount: number } | null {
  const keyspace = sections.filter((section) => section.name.toLowerCase() === 'keyspace');
  if (keyspace.length === 0) return null;
  const fields = infoFields(keyspace);
  let keyCount = 0;
  let keysWithTtlCount = 0;
  for (const name of fields.keys()) {
    if (!/^db\d+$/.test(name)) continue;
    const parts = infoParts(fields, name);
    const keys = infoNumber(parts, 'keys');
    const expires = infoNumber(parts, 'expires');
    if (keys === null || expires === null) return null;
    keyCount += keys;
    keysWithTtlCount += expires;
  }
  return { keyCount, keysWithTtlCount };
}

/** Null when the node says nothing of saving; true when the last RDB save or AOF rewrite or write failed. */
function lastSaveFailed(fields: ReadonlyMap<string, string>): boolean | null {
  const statuses = ['rdb_last_bgsave_status', 'aof_last_bgrewrite_status', 'aof_last_write_status']
    .map((name) => fields.get(name))
    .filter((status) => status !== undefined);
  return statuses.length === 0 ? null : statuses.some((status) => status !== 'ok');
}
