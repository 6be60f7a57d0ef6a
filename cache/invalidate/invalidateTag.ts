import { parseTexts, replyAt } from '#cache/store/parseReply.ts';
import type { Outcome } from '#cache/store/redisTransport.ts';
import { removeMembersScript } from '#cache/store/tagIndexScripts.ts';
import { KEYS_PER_UNLINK } from '#shared/acting/plan.ts';
import { keyTagsKeyName, tagKeyName } from '#shared/tags/simpleTagLayout.ts';
import type { InvalidationSurroundings } from './deleteEntry.ts';
import { GoneMembers } from './goneMembers.ts';
import type { InvalidationResult } from './invalidationResult.ts';

type Failed = Extract<Outcome<unknown>, { isDone: false }>;

/**
 * Removes every entry that a tag lists, in pages of at most 100 keys (SSCAN, then one script a page), each page taken out of the set
 * by the command that removes its keys. The set is walked in place and not renamed first: whatever stops the walk, what is left
 * is still listed under the tag, and a second call ends the work. Entries stored while it runs may be removed too.
 */
export async function invalidateTag(
  around: InvalidationSurroundings,
  tag: string,
): Promise<InvalidationResult> {
  around.events.emit('invalidated', { source: 'tag' });
  const gone = new GoneMembers(around.transport, around.prefix);
  const tagKey = tagKeyName(around.prefix, tag);
  let removedCount = 0;
  let cursor = '0';
  do {
    const page = await around.transport.run((redis) =>
      redis.sscanBuffer(tagKey, cursor, 'COUNT', KEYS_PER_UNLINK),
    );
    if (!page.isDone) return failed(around, page, removedCount);
    const [next, members] = page.reply;
    for (let start = 0; start < members.length; start += KEYS_PER_UNLINK) {
      const chunk = { tag, tagKey, members: members.slice(start, start + KEYS_PER_UNLINK), gone };
      const removed = await removeMembers(around, chunk);
      if (typeof removed !== 'number') return failed(around, removed, removedCount);
      removedCount += removed;
    }
    await gone.flush(false);
    cursor = next.toString('utf8');
  } while (cursor !== '0');
  await gone.flush(true);
  return { state: 'done', removedCount };
}

interface Chunk {
  readonly tag: string;
  readonly tagKey: string;
  readonly members: readonly Buffer[];
  readonly gone: GoneMembers;
}

async function removeMembers(around: InvalidationSurroundings, chunk: Chunk): Promise<number | Failed> {
  const reverseKeys = chunk.members.map((member) => keyTagsKeyBytes(around.prefix, member));
  const outcome = await removeMembersScript.run(around.transport, {
    keys: [chunk.tagKey, ...chunk.members, ...reverseKeys],
    args: [chunk.tag],
  });
  if (!outcome.isDone) return outcome;
  const otherTags = replyAt(outcome.reply, 1);
  chunk.members.forEach((member, index) => {
    chunk.gone.add(member, parseTexts(replyAt(otherTags, index)));
  });
  const positions = replyAt(outcome.reply, 0);
  const removed = Array.isArray(positions)
    ? positions.map((position) => chunk.members[Number(position) - 1])
    : [];
  announceRemoved(around, removed);
  return removed.length;
}

function announceRemoved(around: InvalidationSurroundings, members: readonly (Buffer | undefined)[]): void {
  const counts = new Map<string, number>();
  for (const member of members) {
    if (member === undefined) continue;
    const pattern = around.patternOf(member.toString('utf8'));
    counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  }
  for (const [pattern, count] of counts) around.events.emit('removed', { pattern, source: 'tag', count });
}

/** As bytes, because another program may have listed a key that is not text. */
function keyTagsKeyBytes(prefix: string, member: Buffer): Buffer {
  return Buffer.concat([Buffer.from(keyTagsKeyName(prefix, '')), member]);
}

function failed(around: InvalidationSurroundings, outcome: Failed, removedCount: number): InvalidationResult {
  around.events.emit('fallback', { operation: 'invalidateTag', code: outcome.code, error: outcome.error });
  return { state: 'failed', code: outcome.code, removedCount };
}
