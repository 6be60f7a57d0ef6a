import { GoneMembers } from './goneMembers.ts';
import type { Invalidation } from './invalidation.ts';
import { announceRemoved, type Removal, type RemovalSurroundings } from './removal.ts';

/** Removes or marks one entry, and takes it out of the tags that list it. */
export async function removeKey(
  around: RemovalSurroundings,
  { target: key, mode, source }: Invalidation,
): Promise<Removal> {
  const outcome = await around.entries.remove(key, mode);
  if (!outcome.isDone) return { removedCount: 0, failed: outcome };
  const { removedCount, leftTags } = outcome.reply;
  const name = Buffer.from(key);
  if (removedCount > 0) announceRemoved(around, [name], source);
  const gone = new GoneMembers(around.entries);
  gone.add(name, leftTags);
  await gone.flush(true);
  return { removedCount, failed: null };
}
