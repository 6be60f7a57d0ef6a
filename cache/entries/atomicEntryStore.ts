import { parseCount, parseTexts, replyAt } from '#cache/store/parseReply.ts';
import type { CommandArgument } from '#cache/store/redisClient.ts';
import type { Outcome } from '#cache/store/redisTransport.ts';
import { keyTagsKeyName, tagKeyName } from '#shared/tags/simpleTagLayout.ts';
import {
  dropGoneScript,
  removeKeysScript,
  removeMembersScript,
  removeScript,
  storeScript,
} from './atomicScripts.ts';
import type { EntryStore, EntryToStore, InvalidationMode, RemovedEntry, RemovedKeys } from './entryStore.ts';
import { Fences } from './fences.ts';
import { HIDDEN, isHiddenWrite } from './hiddenWrite.ts';
import { overtakenArguments } from './isOvertaken.ts';
import { keyTagsKeyBytes } from './keyTagsKeyBytes.ts';
import { TAG_TTL_MARGIN_MS } from './tagTtl.ts';

/** Runs of the store script before giving up: tags change under it only while another instance writes the same key. */
const MAX_ATTEMPTS = 4;

/** Each method is one script over keys of one node, so that nothing comes between value, index and fence. */
export class AtomicEntryStore extends Fences implements EntryStore {
  async store(entry: EntryToStore): Promise<Outcome<'stored' | 'outdated'>> {
    if (isHiddenWrite(entry)) return HIDDEN;
    const leaving = new Set<string>();
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      if (entry.isOutdated()) return { isDone: true, reply: 'outdated' };
      const outcome = await storeScript.run(this.transport, this.#storeCall(entry, [...leaving]));
      if (!outcome.isDone) return outcome;
      const [state, ...unnamed] = parseTexts(outcome.reply);
      if (state !== 'unnamed') return { isDone: true, reply: state === 'stored' ? 'stored' : 'outdated' };
      for (const tag of unnamed) if (entry.tags?.includes(tag) !== true) leaving.add(tag);
    }
    return { isDone: false, code: 'refused', error: null };
  }

  async remove(key: string, mode: InvalidationMode): Promise<Outcome<RemovedEntry>> {
    const outcome = await removeScript.run(this.transport, {
      keys: [key, this.fencesKey, keyTagsKeyName(this.prefix, key)],
      args: [mode],
    });
    if (!outcome.isDone) return outcome;
    const removedCount = parseCount(replyAt(outcome.reply, 0));
    return { isDone: true, reply: { removedCount, leftTags: parseTexts(replyAt(outcome.reply, 1)) } };
  }

  async removeMembers(
    tag: string,
    members: readonly Buffer[],
    mode: InvalidationMode,
  ): Promise<Outcome<RemovedKeys>> {
    const reverseKeys = members.map((member) => keyTagsKeyBytes(this.prefix, member));
    const outcome = await removeMembersScript.run(this.transport, {
      keys: [tagKeyName(this.prefix, tag), ...members, ...reverseKeys],
      args: [tag, mode],
    });
    if (!outcome.isDone) return outcome;
    return { isDone: true, reply: parseRemoved(outcome.reply, members) };
  }

  async removeKeys(keys: readonly Buffer[], mode: InvalidationMode): Promise<Outcome<RemovedKeys>> {
    const reverseKeys = keys.map((key) => keyTagsKeyBytes(this.prefix, key));
    const outcome = await removeKeysScript.run(this.transport, {
      keys: [...keys, ...reverseKeys],
      args: [mode],
    });
    return outcome.isDone ? { isDone: true, reply: parseRemoved(outcome.reply, keys) } : outcome;
  }

  dropGone(tag: string, members: readonly Buffer[]): Promise<Outcome<unknown>> {
    return dropGoneScript.run(this.transport, {
      keys: [tagKeyName(this.prefix, tag), ...members],
      args: [],
    });
  }

  #storeCall(entry: EntryToStore, leaving: readonly string[]) {
    const joining = entry.tags ?? [];
    const tagKeys = [...joining, ...leaving].map((tag) => tagKeyName(this.prefix, tag));
    const args: CommandArgument[] = [
      entry.bytes,
      entry.ttlMs,
      entry.ttlMs + TAG_TTL_MARGIN_MS,
      entry.tags === null ? -1 : joining.length,
      entry.mark ?? '',
      entry.isWrite || entry.mark === null ? 1 : 0,
      ...overtakenArguments(entry),
      ...joining,
      ...leaving,
    ];
    return {
      keys: [entry.key, this.fencesKey, keyTagsKeyName(this.prefix, entry.key), ...tagKeys],
      args,
      isOutdated: () => entry.isOutdated(),
    };
  }
}

/** The reply of a script over several keys: positions of those removed, and what each left behind. */
function parseRemoved(reply: unknown, keys: readonly Buffer[]): RemovedKeys {
  const positions = new Set(parseNumbers(replyAt(reply, 0)));
  const leftTags = replyAt(reply, 1);
  return {
    removedKeys: keys.filter((_, index) => positions.has(index + 1)),
    leftTags: keys.map((_, index) => parseTexts(replyAt(leftTags, index))),
  };
}

function parseNumbers(reply: unknown): number[] {
  return Array.isArray(reply) ? reply.map(Number) : [];
}
