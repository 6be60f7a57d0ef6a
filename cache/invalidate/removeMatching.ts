import type { NodeClient } from '#cache/store/redisClient.ts';
import type { Failed } from '#cache/store/redisTransport.ts';
import { KEYS_PER_UNLINK } from '#shared/acting/plan.ts';
import { isReservedName } from '#shared/keys/isReservedName.ts';
import { ANY_FIELD, keyMatcher, redisGlob } from '#shared/keys/namePattern.ts';
import type { Invalidation } from './invalidation.ts';
import { readMasters } from './readMasters.ts';
import { announceRemoved, type Removal, type RemovalSurroundings } from './removal.ts';

/** Keys that SCAN looks at in one step; Redis is held for about 0.1 ms by it. */
const KEYS_PER_SCAN = 200;

/**
 * Removes or marks every entry whose name a pattern matches: SCAN over the whole keyspace (each master of a Cluster), then one
 * script for each 100 keys, one after the other. Names stay bytes, since those of other programs may not be text. Tag index and
 * keys of the library's own are left alone. Not done when a Cluster changes its masters or slots meanwhile: what moved may
 * not have been seen.
 */
export async function removeMatching(
  around: RemovalSurroundings,
  invalidation: Invalidation,
): Promise<Removal> {
  const fenced = await around.entries.fence(null);
  if (!fenced.isDone) return { removedCount: 0, failed: fenced };
  const masters = await readMasters(around.transport);
  if (!masters.isDone) return { removedCount: 0, failed: masters };
  let removedCount = 0;
  for (const node of masters.reply.nodes) {
    const removal = await removeOnNode(around, invalidation, node);
    removedCount += removal.removedCount;
    if (removal.failed !== null) return { removedCount, failed: removal.failed };
  }
  const after = await readMasters(around.transport);
  if (!after.isDone) return { removedCount, failed: after };
  const isSame = after.reply.topology === masters.reply.topology;
  return { removedCount, failed: isSame ? null : CHANGED };
}

const CHANGED: Failed = {
  isDone: false,
  code: 'unreachable',
  error: new Error('The Cluster changed while its keys were walked.'),
};

async function removeOnNode(
  around: RemovalSurroundings,
  { target, mode, source }: Invalidation,
  node: NodeClient | null,
): Promise<Removal> {
  const glob = redisGlob(target);
  const isMeant = nameFilter(target);
  let removedCount = 0;
  let cursor = '0';
  do {
    const page = await around.transport.run((redis) =>
      (node ?? redis).scanBuffer(cursor, 'MATCH', glob, 'COUNT', KEYS_PER_SCAN),
    );
    if (!page.isDone) return { removedCount, failed: page };
    const [next, names] = page.reply;
    const keys = names.filter(isMeant);
    for (let start = 0; start < keys.length; start += KEYS_PER_UNLINK) {
      const batch = keys.slice(start, start + KEYS_PER_UNLINK);
      const removed = await around.entries.removeKeys(batch, mode);
      if (!removed.isDone) return { removedCount, failed: removed };
      const { removedKeys, leftTags } = removed.reply;
      removedCount += removedKeys.length;
      announceRemoved(around, removedKeys, source);
      for (const [index, key] of batch.entries()) around.gone.add(key, leftTags[index] ?? []);
    }
    cursor = next.toString('utf8');
  } while (cursor !== '0');
  return { removedCount, failed: null };
}

/** Of names that the glob matches. Latin-1 shows each byte as one character, also where they are no UTF-8. */
function nameFilter(target: string): (name: Buffer) => boolean {
  const isExact = target.includes(ANY_FIELD)
    ? keyMatcher(Buffer.from(target).toString('latin1'))
    : () => true;
  return (name) => {
    const text = name.toString('latin1');
    return !isReservedName(text) && isExact(text);
  };
}
