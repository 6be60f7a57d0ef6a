import type { EntryStore } from '#cache/entries/entryStore.ts';
import { KEYS_PER_UNLINK } from '#shared/acting/plan.ts';

export interface GoneSurroundings {
  readonly entries: Pick<EntryStore, 'dropGone'>;
  /** Keeps `close` waiting until the work has ended. */
  track(work: Promise<unknown>): void;
}

/** Names that wait, one for each tag that lists one: some MB. Ours; `close` waits a second or two for as many. */
const MAX_WAITING_COUNT = 20_000;

/** Scripts under way, so that a round trip is not waited for by each. Ours: other commands find their turn between them. */
const MAX_AT_ONCE = 8;

/**
 * Removed keys that other tags still list: taken out behind the invalidation, which does not wait for it, since nobody is served a
 * name in a set. Best effort: what is lost here, or too much to remember, is a member without a key, which tidying drops and
 * which ends with its set.
 */
export class GoneMembers {
  readonly #around: GoneSurroundings;
  readonly #keysByTag = new Map<string, Buffer[]>();
  #waitingCount = 0;
  #workerCount = 0;

  constructor(around: GoneSurroundings) {
    this.#around = around;
  }

  add(key: Buffer, tags: readonly string[]): void {
    for (const tag of tags) {
      if (this.#waitingCount >= MAX_WAITING_COUNT) return;
      this.#waitingCount += 1;
      const keys = this.#keysByTag.get(tag);
      if (keys === undefined) this.#keysByTag.set(tag, [key]);
      else keys.push(key);
    }
    if (this.#waitingCount > MAX_WAITING_COUNT / 2) this.clean();
  }

  /** Begins to tell the tags. Returns at once. */
  clean(): void {
    while (this.#workerCount < Math.min(MAX_AT_ONCE, this.#keysByTag.size)) {
      this.#workerCount += 1;
      this.#around.track(this.#work());
    }
  }

  async #work(): Promise<void> {
    for (let page = this.#take(); page !== null; page = this.#take()) {
      const outcome = await this.#around.entries.dropGone(page.tag, page.keys);
      if (!outcome.isDone) this.#forget();
    }
    this.#workerCount -= 1;
  }

  #take(): { readonly tag: string; readonly keys: readonly Buffer[] } | null {
    for (const [tag, waiting] of this.#keysByTag) {
      const keys = waiting.splice(0, KEYS_PER_UNLINK);
      if (waiting.length === 0) this.#keysByTag.delete(tag);
      this.#waitingCount -= keys.length;
      return { tag, keys };
    }
    return null;
  }

  /** Redis is away, and the others would fare no better. */
  #forget(): void {
    this.#keysByTag.clear();
    this.#waitingCount = 0;
  }
}
