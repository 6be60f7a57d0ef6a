import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';

const KEYS_AT_ONCE = 200;

/**
 * Which of the keys are not in Redis, in their order. One EXISTS a key, which changes no key's last use; it counts as a look-up and is
 * subtracted like all of ours. Throws `RedisFault`.
 */
export async function findMissing(
  connection: Pick<RedisConnection, 'pipeline'>,
  keys: readonly Buffer[],
): Promise<ReadonlySet<Buffer>> {
  const missing = new Set<Buffer>();
  for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
    const some = keys.slice(at, at + KEYS_AT_ONCE);
    const replies = await connection.pipeline(some.map((key) => ['EXISTS', key]));
    for (const [index, key] of some.entries()) {
      const reply = replies[index];
      if (reply instanceof RedisFault) throw reply;
      if (reply === 0) missing.add(key);
    }
  }
  return missing;
}
