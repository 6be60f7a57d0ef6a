import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import type { Coherence, CoherenceSession } from './coherence.ts';
import { type MemoryBounds, type MemoryEntry, MemoryStore } from './memoryStore.ts';

export interface MemoryOptions {
  /** Null = L1 is off. */
  readonly l1: (MemoryBounds & { readonly ttlMs: number }) | null;
  /** Null = nothing is kept while Redis is away. */
  readonly fallback: (MemoryBounds & { readonly ttlMs: number }) | null;
}

/**
 * What this process holds of the entries: L1, which is used only while the invalidations of the other instances arrive, and
 * the fallback, which is used only while Redis does not answer. Losing the invalidations empties L1: what it held moves to the
 * fallback, where it may be served for as long as another value that cannot be checked.
 */
export class HeldInMemory {
  readonly #l1: MemoryStore | null;
  readonly #fallback: MemoryStore | null;
  readonly #l1TtlMs: number;
  readonly #fallbackTtlMs: number;
  readonly #coherence: Pick<Coherence, 'session'>;
  readonly #events: CacheEvents;
  readonly #clock: () => number;

  constructor(
    options: MemoryOptions,
    around: {
      readonly coherence: Pick<Coherence, 'session' | 'onChange'>;
      readonly events: CacheEvents;
      readonly clock: () => number;
    },
  ) {
    const { coherence, events, clock } = around;
    this.#coherence = coherence;
    this.#events = events;
    this.#clock = clock;
    this.#l1TtlMs = options.l1?.ttlMs ?? 0;
    this.#fallbackTtlMs = options.fallback?.ttlMs ?? 0;
    const open = (bounds: MemoryBounds | null, layer: 'l1' | 'memory') =>
      bounds && new MemoryStore(bounds, () => events.emit('evicted', { layer, cause: 'size', count: 1 }));
    this.#l1 = open(options.l1, 'l1');
    this.#fallback = open(options.fallback, 'memory');
    // What was kept over an interruption may have been invalidated in it, and Redis can be asked again.
    coherence.onChange((state) => (state === 'lost' ? this.#retreat() : this.clearFallback()));
  }

  /** Null = L1 must not be used now. A value may be put into L1 only with the session in which its reading began. */
  get session(): CoherenceSession | null {
    return this.#l1 === null ? null : this.#coherence.session;
  }

  readL1(key: string): MemoryEntry | undefined {
    if (this.#l1 === null || this.#coherence.session === null) return undefined;
    const entry = this.#l1.get(key);
    return entry !== undefined && this.#clock() < entry.freshUntilMs ? entry : undefined;
  }

  keepInL1(session: CoherenceSession | null, key: string, entry: MemoryEntry): void {
    if (session === null || session !== this.#coherence.session) return;
    const freshUntilMs = Math.min(entry.freshUntilMs, this.#clock() + this.#l1TtlMs);
    this.#l1?.set(key, { ...entry, freshUntilMs });
  }

  /** Also an old one, as long as it may be served: the caller decides by `freshUntilMs`. */
  readFallback(key: string): MemoryEntry | undefined {
    const entry = this.#fallback?.get(key);
    if (entry === undefined || this.#clock() < entry.staleUntilMs) return entry;
    this.#fallback?.delete(key);
    return undefined;
  }

  /** Redis has spoken of the key: what was kept in its place is no longer needed, and may be old. */
  dropFallback(key: string): void {
    if (this.#fallback !== null && !this.#fallback.isEmpty) this.#fallback.delete(key);
  }

  keepInFallback(key: string, entry: MemoryEntry): void {
    this.#fallback?.set(key, { ...entry, freshUntilMs: this.#fallbackUntilMs(entry) });
  }

  clearFallback(): void {
    this.#tell('memory', 'disconnected', this.#fallback?.clear());
  }

  invalidateKey(key: string): void {
    this.#invalidate((store) => store.delete(key));
  }

  invalidateTag(tag: string): void {
    this.#invalidate((store) => store.deleteTagged(tag));
  }

  invalidateWhere(isMeant: (key: string) => boolean): void {
    this.#invalidate((store) => store.deleteWhere(isMeant));
  }

  snapshot() {
    return { l1: this.#l1?.snapshot() ?? null, fallback: this.#fallback?.snapshot() ?? null };
  }

  #retreat(): void {
    if (this.#l1 === null) return;
    const fallback = this.#fallback;
    if (fallback !== null) {
      // The least recently used first, so that the others are the last to go.
      for (const [key, entry] of [...this.#l1.entries()].reverse()) {
        fallback.set(key, { ...entry, freshUntilMs: this.#fallbackUntilMs(entry) });
      }
    }
    this.#tell('l1', 'disconnected', this.#l1.clear());
  }

  #invalidate(remove: (store: MemoryStore) => number): void {
    if (this.#l1 !== null) this.#tell('l1', 'invalidated', remove(this.#l1));
    if (this.#fallback !== null) this.#tell('memory', 'invalidated', remove(this.#fallback));
  }

  #tell(layer: 'l1' | 'memory', cause: 'invalidated' | 'disconnected', count = 0): void {
    if (count > 0) this.#events.emit('evicted', { layer, cause, count });
  }

  #fallbackUntilMs({ header }: MemoryEntry): number {
    const untilMs = this.#clock() + this.#fallbackTtlMs;
    return Math.min(untilMs, header.softExpiryAtMs);
  }
}
