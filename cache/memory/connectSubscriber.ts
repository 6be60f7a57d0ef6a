import type { DuplicateClient, RedisClient } from '#cache/store/redisClient.ts';

/**
 * A connection for subscriptions. Of a Cluster it is one to a single node, drawn anew each time (every node relays what is
 * published on any): the Cluster client would move a subscription to another node without a word of what was missed.
 */
export function connectSubscriber(redis: RedisClient, random: () => number): DuplicateClient {
  const nodes = redis.isCluster ? (redis.nodes?.('master') ?? []) : [];
  const node = nodes[Math.floor(random() * nodes.length)];
  return (node ?? redis).duplicate();
}
