import { isReservedName } from '#cache/keys/isReservedName.ts';
import { redisGlob } from '#cache/keys/keyPattern.ts';
import type { NodeClient } from '#cache/store/redisClient.ts';
import { GoneMembers } from './goneMembers.ts';
import type { Invalidation } from './invalidation.ts';
import { announceRemoved, type Removal, type RemovalSurroundings } from './removal.ts';

/** Keys that SCAN looks at in one step; Redis is held for about 0.1 ms by it. */
const KEYS_PER_SCAN = 200;

/**
 * Removes or marks every entry whose name a pattern matches: SCAN over the whole keyspace (each master of a Cluster), then one
 * script a key, those of one step together. Tag index and keys of the library's own are left alone.
 */
export async function removeMatching(
  around: RemovalSurroundings,
  invalidation: Invalidation,
): Promise<Removal> {
  const fenced = await around.entries.fence(null);
  if (!fenced.isDone) return { removedCount: 0, failed: fenced };
  let removedCount = 0;
  for (const node of await nodesOf(around)) {
    const removal = await removeOnNode(around, invalidation, node);
    removedCount += removal.removedCount;
    if (removal.failed !== null) return { removedCount, failed: removal.failed };
  }
  return { removedCount, failed: null };
}

/** Null = the client itself is the one node. */
async function nodesOf({ transport }: RemovalSurroundings): Promise<readonly (NodeClient | null)[]> {
  const listed = await transport.run(async (redis) => redis.nodes?.('master') ?? null);
  return listed.isDone && listed.reply !== null ? listed.reply : [null];
}

async function removeOnNode(
  around: RemovalSurroundings,
  { target, mode, source }: Invalidation,
  node: NodeClient | null,
): Promise<Removal> {
  const glob = redisGlob(target);
  const gone = new GoneMembers(around.entries);
  let removedCount = 0;
  let cursor = '0';
  do {
    const page = await around.transport.run((redis) =>
      (node ?? redis).scanBuffer(cursor, 'MATCH', glob, 'COUNT', KEYS_PER_SCAN),
    );
    if (!page.isDone) return { removedCount, failed: page };
    const [next, names] = page.reply;
    const keys = names.map((name) => name.toString('utf8')).filter((key) => !isReservedName(key));
    const outcomes = await Promise.all(keys.map((key) => around.entries.remove(key, mode)));
    const removed: Buffer[] = [];
    for (const [index, outcome] of outcomes.entries()) {
      if (!outcome.isDone) return { removedCount, failed: outcome };
      const name = Buffer.from(keys[index] ?? '');
      if (outcome.reply.removedCount > 0) removed.push(name);
      gone.add(name, outcome.reply.leftTags);
    }
    removedCount += removed.length;
    announceRemoved(around, removed, source);
    await gone.flush(false);
    cursor = next.toString('utf8');
  } while (cursor !== '0');
  await gone.flush(true);
  return { removedCount, failed: null };
}
