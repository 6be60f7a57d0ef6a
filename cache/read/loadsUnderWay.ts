/** What was invalidated since a load began. A value that falls under it may be from before, and is not kept. */
export class Fence {
  readonly key: string;
  #isInvalid = false;
  #invalidTags: Set<string> | null = null;

  constructor(key: string) {
    this.key = key;
  }

  invalidate(): void {
    this.#isInvalid = true;
  }

  invalidateTag(tag: string): void {
    this.#invalidTags ??= new Set();
    this.#invalidTags.add(tag);
  }

  isOutdated(tags: readonly string[] | null): boolean {
    if (this.#isInvalid) return true;
    const invalid = this.#invalidTags;
    return tags?.some((tag) => invalid?.has(tag)) ?? false;
  }
}

/** A look-up under way that callers of the same key join. */
export interface Flight<Result> {
  readonly outcome: Promise<Result>;
  readonly fence: Fence;
  /** True from the end of a load on, while its value is being stored. */
  readonly isLoaded: () => boolean;
}

/**
 * The look-ups and loads of this process that have not ended. An invalidation, of this instance or heard from another, fences
 * them: callers from then on start anew, and what is under way is not kept, in memory or in Redis.
 */
export class LoadsUnderWay {
  readonly #flights = new Map<string, Flight<unknown>>();
  /** Of loads that nobody joins: refreshes, and look-ups overtaken by an invalidation. */
  readonly #unjoined = new Set<Fence>();

  /** The look-up of the key that can be joined. One key has one type of value: its family's, or its caller's. */
  join<Result>(key: string): Flight<Result> | undefined {
    return find(this.#flights, key);
  }

  add(flight: Flight<unknown>): void {
    this.#flights.set(flight.fence.key, flight);
  }

  addUnjoined(fence: Fence): void {
    this.#unjoined.add(fence);
  }

  end(fence: Fence): void {
    this.#unjoined.delete(fence);
    if (this.#flights.get(fence.key)?.fence === fence) this.#flights.delete(fence.key);
  }

  invalidateKey(key: string): void {
    this.#detach(key);
    for (const fence of this.#unjoined) if (fence.key === key) fence.invalidate();
  }

  /** No look-up can be joined after it, since the tags of a value are known only when it is loaded. */
  invalidateTag(tag: string): void {
    for (const key of this.#flights.keys()) this.#detach(key);
    for (const fence of this.#unjoined) fence.invalidateTag(tag);
  }

  invalidateWhere(isMeant: (key: string) => boolean): void {
    for (const key of this.#flights.keys()) if (isMeant(key)) this.#detach(key);
    for (const fence of this.#unjoined) if (isMeant(fence.key)) fence.invalidate();
  }

  #detach(key: string): void {
    const flight = this.#flights.get(key);
    if (flight === undefined) return;
    this.#flights.delete(key);
    this.#unjoined.add(flight.fence);
  }
}

function find<Result>(flights: Map<string, Flight<unknown>>, key: string): Flight<Result> | undefined;
function find(flights: Map<string, Flight<unknown>>, key: string): Flight<unknown> | undefined {
  return flights.get(key);
}
