/** How a look-up was answered: from Redis, or by the load of whoever came first. */
export type FlightOutcome<Value> =
  | { readonly from: 'cache'; readonly value: Value; readonly payload: Buffer }
  | { readonly from: 'load'; readonly value: Value };

/** One look-up of one key under way in this process: the read, the load if it missed, and the store after it. */
export interface Flight<Value> {
  readonly outcome: Promise<FlightOutcome<Value>>;
  readonly fence: Fence;
  /** True from the end of a load on, while its value is being stored. */
  readonly isLoaded: () => boolean;
}

/** What was invalidated since a load began. A value that falls under it may be from before, and is not stored. */
export class Fence {
  #isKeyInvalid = false;
  readonly #invalidTags = new Set<string>();

  invalidateKey(): void {
    this.#isKeyInvalid = true;
  }

  invalidateTags(tags: readonly string[]): void {
    for (const tag of tags) this.#invalidTags.add(tag);
  }

  isOutdated(tags: readonly string[] | null): boolean {
    if (this.#isKeyInvalid) return true;
    return tags?.some((tag) => this.#invalidTags.has(tag)) ?? false;
  }
}

/** The look-ups under way, by whole key name. One key has one type of value: its family's, or its caller's. */
export class Flights {
  readonly #flights = new Map<string, Flight<unknown>>();
  readonly #detached = new Set<Flight<unknown>>();

  get<Value>(key: string): Flight<Value> | undefined {
    return find(this.#flights, key);
  }

  add(key: string, flight: Flight<unknown>): void {
    this.#flights.set(key, flight);
  }

  end(key: string, flight: Flight<unknown>): void {
    this.#detached.delete(flight);
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }

  /** From here on callers of the key start anew, and what is under way is not stored. */
  invalidateKey(key: string): void {
    const flight = this.#flights.get(key);
    if (flight === undefined) return;
    flight.fence.invalidateKey();
    this.#flights.delete(key);
  }

  /** Likewise for tags. All flights are detached, since the tags of a value are known only when it is loaded. */
  invalidateTags(tags: readonly string[]): void {
    for (const [key, flight] of this.#flights) {
      this.#detached.add(flight);
      this.#flights.delete(key);
    }
    for (const flight of this.#detached) flight.fence.invalidateTags(tags);
  }
}

function find<Value>(flights: Map<string, Flight<unknown>>, key: string): Flight<Value> | undefined;
function find(flights: Map<string, Flight<unknown>>, key: string): Flight<unknown> | undefined {
  return flights.get(key);
}
