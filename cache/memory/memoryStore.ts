import { LRUCache } from 'lru-cache';
import type { EntryHeader } from '#cache/store/entryFormat.ts';

/** An entry held in this process. */
export interface MemoryEntry {
  readonly header: EntryHeader;
  /** The value, frozen; what is returned for a negative entry is undefined. */
  readonly value: unknown;
  readonly tags: readonly string[];
  /** Past it, the entry is old, epoch ms. */
  readonly freshUntilMs: number;
  /** Past it, the entry is not served at all, epoch ms. */
  readonly staleUntilMs: number;
  /** What it counts against the bound, bytes. */
  readonly bytes: number;
}

export interface MemoryBounds {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** What an entry takes besides key and value, bytes; measured with 100,000 small entries. */
const ENTRY_OVERHEAD_BYTES = 400;

export function memoryBytes(key: string, payloadBytes: number): number {
  return ENTRY_OVERHEAD_BYTES + key.length + payloadBytes;
}

/** The value of an entry. One key has one type of value: its family's, or its caller's. */
export function heldValue<Value>(entry: MemoryEntry): Value;
export function heldValue(entry: MemoryEntry): unknown {
  return entry.value;
}

/** Entries by key, bounded by number and bytes, the least recently used going first; found by tag as well. */
export class MemoryStore {
  readonly #entries: LRUCache<string, MemoryEntry>;
  readonly #keysByTag = new Map<string, Set<string>>();
  readonly #bounds: MemoryBounds;
  #bytes = 0;

  constructor(bounds: MemoryBounds, onEvict: () => void) {
    this.#bounds = bounds;
    this.#entries = new LRUCache<string, MemoryEntry>({
      max: bounds.maxEntries,
      dispose: (entry, key, reason) => {
        this.#bytes -= entry.bytes;
        this.#leaveTags(key, entry.tags);
        if (reason === 'evict') onEvict();
      },
    });
  }

  get(key: string): MemoryEntry | undefined {
    return this.#entries.get(key);
  }

  /** An entry larger than all that may be held is not kept. */
  set(key: string, entry: MemoryEntry): void {
    if (entry.bytes > this.#bounds.maxBytes) {
      this.#entries.delete(key);
      return;
    }
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
    for (const tag of entry.tags) {
      const keys = this.#keysByTag.get(tag);
      if (keys === undefined) this.#keysByTag.set(tag, new Set([key]));
      else keys.add(key);
    }
    while (this.#bytes > this.#bounds.maxBytes && this.#entries.pop() !== undefined);
  }

  /** Returns how many it removed, as the others do. */
  delete(key: string): number {
    return this.#entries.delete(key) ? 1 : 0;
  }

  deleteTagged(tag: string): number {
    return this.#deleteEach([...(this.#keysByTag.get(tag) ?? [])]);
  }

  deleteWhere(isMeant: (key: string) => boolean): number {
    return this.#deleteEach([...this.#entries.keys()].filter(isMeant));
  }

  clear(): number {
    const count = this.#entries.size;
    this.#entries.clear();
    return count;
  }

  /** From the most to the least recently used. */
  entries(): Iterable<[string, MemoryEntry]> {
    return this.#entries.entries();
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  snapshot(): { readonly entryCount: number; readonly bytes: number } & MemoryBounds {
    return { entryCount: this.#entries.size, bytes: this.#bytes, ...this.#bounds };
  }

  #deleteEach(keys: readonly string[]): number {
    return keys.reduce((count, key) => count + this.delete(key), 0);
  }

  #leaveTags(key: string, tags: readonly string[]): void {
    for (const tag of tags) {
      const keys = this.#keysByTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.#keysByTag.delete(tag);
    }
  }
}
