import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { parseCount, parseTexts, replyAt } from '#cache/store/parseReply.ts';
import type { RedisTransport } from '#cache/store/redisTransport.ts';
import { removeEntryScript } from '#cache/store/tagIndexScripts.ts';
import { keyTagsKeyName } from '#shared/tags/simpleTagLayout.ts';
import { GoneMembers } from './goneMembers.ts';
import type { InvalidationResult } from './invalidationResult.ts';

export interface InvalidationSurroundings {
  readonly transport: RedisTransport;
  readonly events: CacheEvents;
  readonly prefix: string;
  /** The family's pattern of a whole key name. */
  patternOf(key: string): string;
}

/** Removes one entry (UNLINK) and its traces in the tag index. `key` is the whole name in Redis. */
export async function deleteEntry(
  around: InvalidationSurroundings,
  key: string,
): Promise<InvalidationResult> {
  const { transport, events, prefix } = around;
  events.emit('invalidated', { source: 'key' });
  const outcome = await removeEntryScript.run(transport, {
    keys: [key, keyTagsKeyName(prefix, key)],
    args: [],
  });
  if (!outcome.isDone) {
    events.emit('fallback', { operation: 'delete', code: outcome.code, error: outcome.error });
    return { state: 'failed', code: outcome.code, removedCount: 0 };
  }
  const removedCount = parseCount(replyAt(outcome.reply, 0));
  if (removedCount > 0)
    events.emit('removed', { pattern: around.patternOf(key), source: 'key', count: removedCount });
  const gone = new GoneMembers(transport, prefix);
  gone.add(Buffer.from(key), parseTexts(replyAt(outcome.reply, 1)));
  await gone.flush(true);
  return { state: 'done', removedCount };
}
