import type { NodeClient, RedisClient } from './redisClient.ts';

/**
 * Opens a client's connection anew; ioredis alone would keep a dead one until TCP gives up. Of a Cluster client only those to
 * nodes that leave a PING unanswered for so long, ms: the others go on. Resolves when the old ones have closed. `isClosed`: the
 * client is its owner's alone again.
 */
export async function reopenHung(
  redis: RedisClient,
  silentForMs: number,
  isClosed: () => boolean,
): Promise<void> {
  if (redis.status !== 'ready') return;
  if (!redis.isCluster) return reopen(redis);
  // One that is not ready has its reconnect before it.
  const nodes = redis.nodes?.('master').filter(({ status }) => status === 'ready') ?? [];
  await Promise.all(
    nodes.map(async (node) => {
      if ((await isSilent(node, silentForMs)) && !isClosed()) await reopen(node);
    }),
  );
}

/** A dead socket takes its time to close, and the client counts as ready until then. */
function reopen(client: NodeClient): Promise<void> {
  return new Promise((resolve) => {
    client.once('close', resolve);
    client.disconnect(true);
  });
}

function isSilent(node: NodeClient, forMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    // After a pause of this process the reply may lie in the socket, which is read after the timers.
    const timer = setTimeout(() => setImmediate(() => resolve(true)), forMs);
    timer.unref();
    const hear = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    node.ping().then(hear, hear);
  });
}
