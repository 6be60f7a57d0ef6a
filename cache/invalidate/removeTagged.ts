import { KEYS_PER_UNLINK } from '#shared/acting/plan.ts';
import { tagKeyName } from '#shared/tags/simpleTagLayout.ts';
import type { Invalidation } from './invalidation.ts';
import { announceRemoved, type Removal, type RemovalSurroundings } from './removal.ts';

/**
 * Removes or marks every entry that a tag lists, in pages of at most 100 keys (SSCAN, then one script a page), each page taken
 * out of the set by the command that removes its keys. The set is walked in place and not renamed first: whatever stops the walk,
 * what is left is still listed under the tag, and a second call ends the work. Entries stored while it runs may be removed too.
 */
export async function removeTagged(
  around: RemovalSurroundings,
  { target: tag, mode, source }: Invalidation,
): Promise<Removal> {
  const fenced = await around.entries.fence([tag]);
  if (!fenced.isDone) return { removedCount: 0, failed: fenced };
  const tagKey = tagKeyName(around.prefix, tag);
  let removedCount = 0;
  let cursor = '0';
  do {
    const page = await around.transport.run((redis) =>
      redis.sscanBuffer(tagKey, cursor, 'COUNT', KEYS_PER_UNLINK),
    );
    if (!page.isDone) return { removedCount, failed: page };
    const [next, listed] = page.reply;
    for (let start = 0; start < listed.length; start += KEYS_PER_UNLINK) {
      const members = listed.slice(start, start + KEYS_PER_UNLINK);
      const removed = await around.entries.removeMembers(tag, members, mode);
      if (!removed.isDone) return { removedCount, failed: removed };
      const { removedKeys, leftTags } = removed.reply;
      removedCount += removedKeys.length;
      announceRemoved(around, removedKeys, source);
      for (const [index, member] of members.entries()) around.gone.add(member, leftTags[index] ?? []);
    }
    cursor = next.toString('utf8');
  } while (cursor !== '0');
  return { removedCount, failed: null };
}
