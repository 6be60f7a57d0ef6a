import type { Invalidation } from './invalidation.ts';
import { announceRemoved, type Removal, type RemovalSurroundings } from './removal.ts';

/** Removes or marks one entry. */
export async function removeKey(
  around: RemovalSurroundings,
  { target: key, mode, source }: Invalidation,
): Promise<Removal> {
  const outcome = await around.entries.remove(key, mode);
  if (!outcome.isDone) return { removedCount: 0, failed: outcome };
  const { removedCount, leftTags } = outcome.reply;
  const name = Buffer.from(key);
  if (removedCount > 0) announceRemoved(around, [name], source);
  around.gone.add(name, leftTags);
  return { removedCount, failed: null };
}
