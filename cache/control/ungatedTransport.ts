import type { RedisClient } from '#cache/store/redisClient.ts';
import { type Gate, RedisTransport } from '#cache/store/redisTransport.ts';

/** Lets everything through and learns nothing. */
const openGate: Gate = { tryAcquire: () => 1, record: () => {} };

/**
 * A way to Redis past the breaker: what tells of a breaker, and what opens it again, must get through while it is open. For a
 * few commands a second at most.
 */
export function openUngatedTransport(redis: RedisClient, commandTimeoutMs: number): RedisTransport {
  return new RedisTransport({ redis, gate: openGate, commandTimeoutMs, reconnectHungAfterMs: null });
}
