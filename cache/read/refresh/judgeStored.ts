import { readHeader } from '#cache/entries/readHeader.ts';
import type { Request } from '#cache/keys/policy.ts';
import { isSameOwner } from '#cache/store/entryFormat.ts';
import { judgeFreshness } from '../freshness.ts';
import type { ReadSurroundings } from '../readSurroundings.ts';

/** What Redis holds, by its header: `missing` also for what no look-up would serve. No look-up is counted, here or in Redis. */
export async function judgeStored(
  around: ReadSurroundings,
  { key, policy, owner }: Request<unknown>,
): Promise<'fresh' | 'old' | 'missing' | 'away'> {
  const queuedMode = around.queued.modeOfKey(key);
  if (queuedMode === 'hard') return 'missing';
  const outcome = await readHeader(around.transport, key);
  if (!outcome.isDone) {
    around.events.emit('fallback', { operation: 'get', code: outcome.code, error: outcome.error });
    return 'away';
  }
  const header = outcome.reply;
  if (header === null || !isSameOwner(header.owner, owner)) return 'missing';
  if (header.isNegative && policy.negativeTtlMs === null) return 'missing';
  if (queuedMode === 'soft') return 'old';
  const freshness = judgeFreshness(header, policy, { nowMs: around.clock(), random: around.random });
  return freshness === 'fresh' ? 'fresh' : 'old';
}
