import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';

/** Asks that what this connection reads does not look used. False where it is not permitted: idle times then start anew. */
export async function avoidTouching(connection: RedisConnection): Promise<boolean> {
  const [reply] = await connection.pipeline([['CLIENT', 'NO-TOUCH', 'ON']]);
  return !(reply instanceof RedisFault);
}
