import type { TagList } from '#shared/tags/tagSummary.ts';

export interface TagListsOptions {
  readonly list: (search: string) => Promise<TagList>;
  readonly nowMs: () => number;
}

/** A list this old is the same list: several pages that ask for it together get one scan. */
const SHARED_FOR_MS = 2_000;

/** Searches whose lists are kept for a moment. */
const MAX_KEPT = 20;

/**
 * Lists tags for all viewers: the same search is scanned once, and different ones after each other, so that what Redis
 * pays does not grow with how many look.
 */
export class TagLists {
  readonly #options: TagListsOptions;
  readonly #kept = new Map<string, { readonly list: Promise<TagList>; endedAtMs: number | null }>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: TagListsOptions) {
    this.#options = options;
  }

  /** Rejects as the scan does. A scan that failed is not kept. */
  list(search: string): Promise<TagList> {
    const kept = this.#kept.get(search);
    if (kept !== undefined && this.#isFresh(kept.endedAtMs)) return kept.list;
    const list = this.#last.then(() => this.#options.list(search));
    this.#last = list.catch(() => {});
    const entry: { list: Promise<TagList>; endedAtMs: number | null } = { list, endedAtMs: null };
    this.#keep(search, entry);
    list.then(
      () => {
        entry.endedAtMs = this.#options.nowMs();
      },
      () => this.#kept.delete(search),
    );
    return list;
  }

  #isFresh(endedAtMs: number | null): boolean {
    return endedAtMs === null || this.#options.nowMs() - endedAtMs < SHARED_FOR_MS;
  }

  #keep(search: string, entry: { list: Promise<TagList>; endedAtMs: number | null }): void {
    this.#kept.delete(search);
    this.#kept.set(search, entry);
    for (const [oldest, { endedAtMs }] of this.#kept) {
      if (this.#kept.size <= MAX_KEPT) break;
      if (endedAtMs !== null) this.#kept.delete(oldest);
    }
  }
}
