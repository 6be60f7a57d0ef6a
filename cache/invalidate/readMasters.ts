import { replyAt } from '#cache/store/parseReply.ts';
import type { NodeClient, RedisClient } from '#cache/store/redisClient.ts';
import type { Failed, Outcome, RedisTransport } from '#cache/store/redisTransport.ts';

/** Where the keys are. */
export interface Masters {
  /** Null = the client itself is the one node. */
  readonly nodes: readonly (NodeClient | null)[];
  /** Which master has which slots; the same text as long as that does not change. */
  readonly topology: string;
}

const ONE_SERVER: Outcome<Masters> = { isDone: true, reply: { nodes: [null], topology: '' } };

const INCOMPLETE: Failed = {
  isDone: false,
  code: 'unreachable',
  error: new Error('Not every master of the Cluster is known.'),
};

const SLOT_COUNT = 16_384;

/**
 * All masters, or a failure: the client leaves out those that it has no connection to, and learns of a failover only when a
 * command of the slot fails. So what it lists is compared with what the Cluster says (CLUSTER SLOTS, answered by any of its
 * nodes), and it is told to look again where they differ.
 */
export async function readMasters(transport: RedisTransport): Promise<Outcome<Masters>> {
  if (!transport.isCluster) return ONE_SERVER;
  const first = await compareMasters(transport);
  if (first !== INCOMPLETE) return first;
  const refreshed = await transport.run((redis) => refreshSlots(redis));
  return refreshed.isDone ? compareMasters(transport) : refreshed;
}

async function compareMasters(transport: RedisTransport): Promise<Outcome<Masters>> {
  const slots = await transport.run((redis) => redis.cluster('SLOTS'));
  if (!slots.isDone) return slots;
  const listed = await transport.run(async (redis) => redis.nodes?.('master') ?? []);
  if (!listed.isDone) return listed;
  const ranges = Array.isArray(slots.reply) ? slots.reply.map(parseRange) : [];
  const slotCount = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const masterCount = new Set(ranges.map(({ masterId }) => masterId)).size;
  if (slotCount !== SLOT_COUNT || masterCount !== listed.reply.length) return INCOMPLETE;
  const topology = ranges
    .map(({ first, last, masterId }) => `${first}-${last} ${masterId}`)
    .sort()
    .join();
  return { isDone: true, reply: { nodes: listed.reply, topology } };
}

function refreshSlots(redis: RedisClient): Promise<void> {
  return new Promise((resolve) => {
    if (redis.refreshSlotsCache === undefined) resolve();
    else redis.refreshSlotsCache(() => resolve());
  });
}

/** One range of CLUSTER SLOTS: first slot, last slot, and the master as host, port, id. */
function parseRange(range: unknown): { first: number; last: number; masterId: string } {
  const master = replyAt(range, 2);
  return {
    first: Number(replyAt(range, 0)),
    last: Number(replyAt(range, 1)),
    masterId: String(replyAt(master, 2)),
  };
}
