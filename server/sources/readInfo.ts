import type { LookupLedger, OwnLookups } from '#server/redis/lookupLedger.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import type { Reading } from '#shared/reading.ts';
import type { InfoSection } from '#shared/snapshot.ts';

/** INFO of one node, with our own look-ups counted at the same moment. */
export interface InfoReading {
  readonly atMs: number;
  readonly sections: readonly InfoSection[];
  readonly ownLookups: OwnLookups;
}

export interface ReadInfoOptions {
  readonly connection: RedisConnection;
  readonly ledger: LookupLedger;
  readonly nowMs: () => number;
}

/**
 * Reads INFO of every section while none of our look-ups is in flight. Unknown when it is denied (`notPermitted`) or
 * Redis does not answer (`failed`). Cost: one INFO and one PING, about 60 us of the node.
 */
export async function readInfo(_options: ReadInfoOptions): Promise<Reading<InfoReading>> {
  throw new Error('not built yet');
}
