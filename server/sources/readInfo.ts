import type { LookupLedger, OwnLookups } from '#server/redis/lookupLedger.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import type { Reading, Unknown } from '#shared/reading.ts';
import { known, unknown } from '#shared/reading.ts';
import type { InfoSection } from '#shared/snapshot.ts';
import { parseInfo } from './parseInfo.ts';

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
 * Reads INFO of every section while none of our look-ups is in flight. Unknown when it is denied (`notPermitted`), not
 * offered (`notSupported`) or Redis does not answer (`failed`). The PING beside it is not for its answer but for its
 * error, which names what INFO does not show: loading, a busy script, refused writes (see the connection's status).
 * Cost: one INFO and one PING, about 60 us of the node.
 */
export async function readInfo({
  connection,
  ledger,
  nowMs,
}: ReadInfoOptions): Promise<Reading<InfoReading>> {
  return ledger.quiet(async () => {
    try {
      const [info] = await connection.pipeline([['INFO', 'everything'], ['PING']]);
      if (info instanceof RedisFault) return faultReading(info);
      if (!Buffer.isBuffer(info)) return unknown('failed', 'Redis answered INFO with something else.');
      const atMs = nowMs();
      const reading = { atMs, sections: parseInfo(info.toString('utf8')), ownLookups: ledger.counts() };
      return known(reading, atMs, 'INFO');
    } catch (error) {
      if (error instanceof RedisFault) return faultReading(error);
      throw error;
    }
  });
}

function faultReading(fault: RedisFault): Unknown {
  if (fault.kind === 'notPermitted') return unknown('notPermitted', fault.message);
  if (fault.kind === 'unknownCommand') return unknown('notSupported', fault.message);
  return unknown('failed', fault.message);
}
