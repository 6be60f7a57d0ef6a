import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { CachePeer } from './cachePeer.ts';
import { fillEntries, makeIds, refuseLoad } from './fillEntries.ts';
import { UnsupportedPeer } from './measurement.ts';

const CALL_COUNT = 200;
const ATTEMPTS = 40;
const ATTEMPT_MS = 50;

/** Throws `UnsupportedPeer` when hits of the peer go on sending commands to Redis: memory may be in use a moment after the start. */
export async function checkL1(peer: CachePeer, redisPort: number): Promise<void> {
  const ids = makeIds('l1-check', 10);
  await fillEntries(peer, { ids, makeValue: (id) => ({ id }) });
  const redis = new Redis({ host: '127.0.0.1', port: redisPort, disableClientInfo: true });
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const before = await countCalls(redis);
      for (let at = 0; at < CALL_COUNT; at += 1) await peer.getOrSet(ids[at % ids.length] ?? '', refuseLoad);
      if ((await countCalls(redis)) - before < CALL_COUNT / 4) return;
      await pause(ATTEMPT_MS);
    }
    throw new UnsupportedPeer('does not answer from memory');
  } finally {
    redis.disconnect();
  }
}

/** Reads of strings and scripts since the start of Redis; of the peers that are measured in L1, only ours sends any. */
async function countCalls(redis: Redis): Promise<number> {
  const stats = await redis.info('commandstats');
  return [...stats.matchAll(/^cmdstat_(?:get|mget|getex|evalsha):calls=(\d+)/gm)].reduce(
    (sum, [, calls]) => sum + Number(calls),
    0,
  );
}
