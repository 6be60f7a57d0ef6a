import type { EntryStore } from '#cache/entries/entryStore.ts';
import { KEYS_PER_UNLINK } from '#shared/acting/plan.ts';

/**
 * Removed keys that other tags still list, gathered so that each tag is told in few commands. Best effort: what is lost
 * here is a member without a key, which tidying drops later.
 */
export class GoneMembers {
  readonly #entries: EntryStore;
  readonly #keysByTag = new Map<string, Buffer[]>();

  constructor(entries: EntryStore) {
    this.#entries = entries;
  }

  add(key: Buffer, tags: readonly string[]): void {
    for (const tag of tags) {
      const keys = this.#keysByTag.get(tag);
      if (keys === undefined) this.#keysByTag.set(tag, [key]);
      else keys.push(key);
    }
  }

  /** Tells the tags that have a full page of keys; all of them when `isLast`. */
  async flush(isLast: boolean): Promise<void> {
    for (const [tag, keys] of this.#keysByTag) {
      if (keys.length < KEYS_PER_UNLINK && !isLast) continue;
      this.#keysByTag.delete(tag);
      for (let start = 0; start < keys.length; start += KEYS_PER_UNLINK) {
        await this.#entries.dropGone(tag, keys.slice(start, start + KEYS_PER_UNLINK));
      }
    }
  }
}
