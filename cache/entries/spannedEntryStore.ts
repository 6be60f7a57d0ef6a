import { parseCount } from '#cache/store/parseReply.ts';
import type { Outcome } from '#cache/store/redisTransport.ts';
import { keyTagsKeyName, tagKeyName } from '#shared/tags/simpleTagLayout.ts';
import type {
  EntryStore,
  EntryToStore,
  InvalidationMode,
  Mark,
  RemovedEntry,
  RemovedKeys,
} from './entryStore.ts';
import { Fences } from './fences.ts';
import { HIDDEN, isHiddenWrite } from './hiddenWrite.ts';
import { overtakenArguments } from './isOvertaken.ts';
import { keyTagsKeyBytes } from './keyTagsKeyBytes.ts';
import { readGone } from './readGone.ts';
import { invalidateScript, joinTagScript, replaceKeyTagsScript, storeValueScript } from './spannedScripts.ts';
import { TAG_TTL_MARGIN_MS } from './tagTtl.ts';

const OUTDATED: Outcome<'outdated'> = { isDone: true, reply: 'outdated' };
const STORED: Outcome<'stored'> = { isDone: true, reply: 'stored' };

/**
 * For a Cluster in which the keys of the service span slots: single commands in an order that errs to the safe side. A value
 * is listed before it is stored and once more after it, and taken back when a fence was raised meanwhile. What is weaker than
 * in one slot: such a value can be read for the length of that round trip, and a tag that an entry has left goes on listing it.
 */
export class SpannedEntryStore extends Fences implements EntryStore {
  async store(entry: EntryToStore): Promise<Outcome<'stored' | 'outdated'>> {
    if (isHiddenWrite(entry)) return HIDDEN;
    if (entry.isOutdated()) return OUTDATED;
    const [held, joined] = await Promise.all([this.#hold(entry), this.#join(entry)]);
    if (!held.isDone) return held;
    if (held.reply === 'outdated') return OUTDATED;
    if (!joined.isDone) return joined;
    const stored = await storeValueScript.run(this.transport, {
      keys: [entry.key],
      args: [entry.bytes, entry.ttlMs, ...overtakenArguments(entry)],
    });
    if (!stored.isDone) return stored;
    if (stored.reply !== 'stored') return OUTDATED;
    const after = await firstFailure([this.#join(entry), this.#listTags(entry)]);
    // Last: what is invalidated after this check meets an entry that is listed.
    const fenced = after ?? (await firstFailure([this.#checkFences({ ...entry, mark: held.reply })]));
    if (fenced === null) return this.#closeWrite(entry);
    await this.transport.run((redis) => redis.unlink(entry.key));
    return fenced;
  }

  async remove(key: string, mode: InvalidationMode): Promise<Outcome<RemovedEntry>> {
    const fenced = await this.fenceKey(key);
    if (!fenced.isDone) return fenced;
    const removed = await invalidateScript.run(this.transport, { keys: [key], args: [mode, 1] });
    if (!removed.isDone) return removed;
    if (mode === 'hard') await this.transport.run((redis) => redis.unlink(keyTagsKeyName(this.prefix, key)));
    // The tags go on listing it until they are tidied.
    return { isDone: true, reply: { removedCount: parseCount(removed.reply), leftTags: [] } };
  }

  /** First out of the set, then removed: an entry stored in between joins the set again after it is stored. */
  async removeMembers(
    tag: string,
    members: readonly Buffer[],
    mode: InvalidationMode,
  ): Promise<Outcome<RemovedKeys>> {
    if (mode === 'hard') {
      const left = await this.transport.run((redis) => redis.srem(tagKeyName(this.prefix, tag), ...members));
      if (!left.isDone) return left;
    }
    const removed = await this.removeKeys(members, mode);
    if (removed.isDone) return removed;
    // Listed again, so that a second call finds what the first could not remove.
    await this.transport.run((redis) => redis.sadd(tagKeyName(this.prefix, tag), ...members));
    return removed;
  }

  /** Two commands a key, those of all keys together. */
  async removeKeys(keys: readonly Buffer[], mode: InvalidationMode): Promise<Outcome<RemovedKeys>> {
    const outcomes = await Promise.all(keys.map((key) => this.#removeMember(key, mode)));
    const removedKeys: Buffer[] = [];
    for (const [index, outcome] of outcomes.entries()) {
      if (!outcome.isDone) return outcome;
      const key = keys[index];
      if (parseCount(outcome.reply) > 0 && key !== undefined) removedKeys.push(key);
    }
    // The tags go on listing them until they are tidied.
    return { isDone: true, reply: { removedKeys, leftTags: keys.map(() => []) } };
  }

  async dropGone(tag: string, members: readonly Buffer[]): Promise<Outcome<unknown>> {
    const gone: Buffer[] = [];
    for (const member of members) {
      const outcome = await readGone(this.transport, member);
      if (!outcome.isDone) return outcome;
      if (outcome.reply) gone.push(member);
    }
    if (gone.length === 0) return { isDone: true, reply: 0 };
    const tagKey = tagKeyName(this.prefix, tag);
    const dropped = await this.transport.run((redis) => redis.srem(tagKey, ...gone));
    for (const member of gone) {
      const outcome = await readGone(this.transport, member);
      // Stored between the two looks: it may have joined before it was taken out.
      if (outcome.isDone && !outcome.reply) await this.transport.run((redis) => redis.sadd(tagKey, member));
    }
    return dropped;
  }

  /**
   * The mark that the entry is held against while it is stored. A write raises the fence anew: a load that began between its first
   * fence and its change of the source holds the older value, and may store it over this one.
   */
  async #hold(entry: EntryToStore): Promise<Outcome<Mark | 'outdated'>> {
    if (entry.isWrite || entry.mark === null) return this.claimKey(entry.mark, entry.key, entry.tags ?? []);
    const checked = await this.#checkFences(entry);
    if (!checked.isDone) return checked;
    return checked.reply === 'stored' ? { isDone: true, reply: entry.mark } : OUTDATED;
  }

  /** A write outdates the loads under way once it stands. */
  async #closeWrite(entry: EntryToStore): Promise<Outcome<'stored'>> {
    if (entry.mark !== null && !entry.isWrite) return STORED;
    const raised = await this.fenceKey(entry.key);
    return raised.isDone ? STORED : raised;
  }

  async #removeMember(member: Buffer, mode: InvalidationMode): Promise<Outcome<unknown>> {
    const removed = await invalidateScript.run(this.transport, { keys: [member], args: [mode, 0] });
    if (!removed.isDone || mode === 'soft') return removed;
    await this.transport.run((redis) => redis.unlink(keyTagsKeyBytes(this.prefix, member)));
    return removed;
  }

  async #checkFences(entry: EntryToStore): Promise<Outcome<'stored' | 'outdated'>> {
    if (entry.isOutdated()) return OUTDATED;
    if (entry.mark === null) return STORED;
    const fenced = await this.isFenced(entry.mark, entry.key, entry.tags ?? []);
    if (!fenced.isDone) return fenced;
    return fenced.reply ? OUTDATED : STORED;
  }

  async #join(entry: EntryToStore): Promise<Outcome<'stored' | 'outdated'>> {
    const joins = (entry.tags ?? []).map((tag) =>
      joinTagScript.run(this.transport, {
        keys: [tagKeyName(this.prefix, tag)],
        args: [entry.key, entry.ttlMs + TAG_TTL_MARGIN_MS],
      }),
    );
    for (const join of joins) {
      const outcome = await join;
      if (!outcome.isDone) return outcome;
    }
    return STORED;
  }

  async #listTags(entry: EntryToStore): Promise<Outcome<'stored' | 'outdated'>> {
    if (entry.tags === null || entry.tags.length === 0) return STORED;
    const listed = await replaceKeyTagsScript.run(this.transport, {
      keys: [keyTagsKeyName(this.prefix, entry.key)],
      args: [entry.ttlMs, ...entry.tags],
    });
    return listed.isDone ? STORED : listed;
  }
}

/** The first step that failed or found the entry outdated; null when all went well. */
async function firstFailure(
  steps: readonly Promise<Outcome<'stored' | 'outdated'>>[],
): Promise<Outcome<'outdated'> | null> {
  for (const outcome of await Promise.all(steps)) {
    if (!outcome.isDone) return outcome;
    if (outcome.reply === 'outdated') return OUTDATED;
  }
  return null;
}
