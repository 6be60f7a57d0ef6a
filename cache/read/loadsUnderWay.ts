import type { LookupMissReason } from '#cache/metrics/cacheEvents.ts';
import { NO_OWNER } from '#cache/store/entryFormat.ts';
import type { KeepOutcome } from './loadAnswer.ts';

/** What was invalidated since a load began. A value that falls under it may be from before, and is not kept. */
export class Fence {
  readonly key: string;
  /** Who alone may be given what is loaded. */
  readonly owner: Buffer;
  /** False = no invalidation of a tag can mean it. */
  readonly hasTags: boolean;
  #isInvalid = false;
  #invalidTags: Set<string> | null = null;

  constructor(key: string, owner: Buffer = NO_OWNER, hasTags = true) {
    this.key = key;
    this.owner = owner;
    this.hasTags = hasTags;
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
  /**
   * Settles when what was loaded has been stored; null = it is not loaded yet. From then on nobody joins: an invalidation elsewhere
   * may have been confirmed since the load, and only the store tells.
   */
  readonly storing: () => Promise<KeepOutcome> | null;
  /** Why it needs a load; null = it does not, or it is not known yet. */
  readonly missReason: () => LookupMissReason | null;
}

/**
 * The look-ups and loads of this process that have not ended. An invalidation, of this instance or heard from another, fences
 * them: callers from then on start anew, and what is under way is not kept, in memory or in Redis.
 */
export class LoadsUnderWay {
  readonly #flights = new Map<string, Flight<unknown>>();
  /** Of loads that nobody joins: refreshes, look-ups overtaken by an invalidation, and those of a second owner of a key. */
  readonly #unjoined = new Set<Fence>();

  /** The look-up of the key that this owner can join. One key has one type of value: its family's, or its caller's. */
  join<Result>(key: string, owner: Buffer = NO_OWNER): Flight<Result> | undefined {
    const flight = find<Result>(this.#flights, key);
    return flight?.fence.owner.equals(owner) ? flight : undefined;
  }

  /** Lets others join it, unless one of another owner of the key can be joined already. */
  add(flight: Flight<unknown>): void {
    const { fence } = flight;
    if (this.#flights.has(fence.key)) this.#unjoined.add(fence);
    else this.#flights.set(fence.key, flight);
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

  /** No look-up of what may have tags can be joined after it, since the tags of a value are known only when it is loaded. */
  invalidateTag(tag: string): void {
    for (const [key, { fence }] of this.#flights) if (fence.hasTags) this.#detach(key);
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
