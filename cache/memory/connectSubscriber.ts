import type { DuplicateClient, RedisClient } from '#cache/store/redisClient.ts';

/**
 * A connection for subscriptions. Of a Cluster it is one to a single node, drawn anew each time (every node relays what is
 * published on any): the Cluster client would move a subscription to another node without a word of what was missed. Null while
 * no node is known.
 */
export function connectSubscriber(redis: RedisClient, random: () => number): DuplicateClient | null {
  if (!redis.isCluster) return redis.duplicate();
  const nodes = redis.nodes?.('master') ?? [];
  return nodes[Math.floor(random() * nodes.length)]?.duplicate() ?? null;
}
