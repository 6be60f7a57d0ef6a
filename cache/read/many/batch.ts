import { CacheError } from '#cache/cacheError.ts';
import type { Mark } from '#cache/entries/entryStore.ts';
import type { Request } from '#cache/keys/policy.ts';
import { type FlightOutcome, startFlight } from '../flight.ts';
import { checkLoaded, readMark } from '../load.ts';
import type { Flight } from '../loadsUnderWay.ts';
import type { ReadSurroundings } from '../readSurroundings.ts';
import type { Loaded } from '../sourceGuard.ts';
import type { Reach } from './reach.ts';

/** A source that loads several keys of one family by one call; the values in the order of the keys. */
export interface ManySource<Value> {
  /** Most keys of one call. */
  readonly maxCount: number;
  load(keys: readonly string[], signal: AbortSignal, doubt: () => void): Promise<readonly Value[]>;
}

interface Wanted<Value> extends PromiseWithResolvers<Loaded<Value>> {
  readonly request: Request<Value>;
}

/**
 * Look-ups that load together: once each of them knows whether it needs a load, those that do share one mark and, up to so many
 * as the source takes, one slot at it and one call of it; a call that fails is that of its own keys. What is loaded is checked,
 * stored and handed on key by key, as if it had been loaded alone. No leases: to wait for one key's would hold up the others.
 */
export class Batch<Value> implements Reach<Value> {
  readonly takesLeases = false;
  readonly #around: ReadSurroundings;
  readonly #source: ManySource<Value>;
  /** Look-ups that may still ask for a load. */
  readonly #undecided = new Set<string>();
  readonly #wanted: Wanted<Value>[] = [];
  #mark: Promise<Mark | null> | null = null;

  constructor(around: ReadSurroundings, source: ManySource<Value>) {
    this.#around = around;
    this.#source = source;
  }

  /** All of one batch are started in one turn of the event loop, each key once. */
  start(request: Request<Value>): Flight<FlightOutcome<Value>> {
    const { key } = request;
    this.#undecided.add(key);
    const flight = startFlight(this.#around, request, this);
    const decide = (): void => this.#decide(key);
    flight.outcome.then(decide, decide);
    return flight;
  }

  readMark(): Promise<Mark | null> {
    this.#mark ??= readMark(this.#around);
    return this.#mark;
  }

  load(request: Request<Value>): Promise<Loaded<Value>> {
    const wanted = { ...Promise.withResolvers<Loaded<Value>>(), request };
    this.#wanted.push(wanted);
    this.#decide(request.key);
    return wanted.promise;
  }

  #decide(key: string): void {
    if (this.#undecided.delete(key) && this.#undecided.size === 0) this.#loadWanted();
  }

  #loadWanted(): void {
    const { maxCount } = this.#source;
    for (let start = 0; start < this.#wanted.length; start += maxCount) {
      void this.#loadTogether(this.#wanted.slice(start, start + maxCount));
    }
  }

  /** Never rejects. */
  async #loadTogether(list: readonly Wanted<Value>[]): Promise<void> {
    const [first] = list;
    if (first === undefined) return;
    const keys = list.map(({ request }) => request.key);
    const { key, policy } = first.request;
    try {
      const { value: values, ...load } = await this.#around.guard.run({
        key,
        pattern: policy.pattern,
        timeoutMs: policy.loadTimeoutMs,
        load: async (signal, doubt) => checkCount(await this.#source.load(keys, signal, doubt), keys),
      });
      for (const [index, value] of values.entries()) {
        const wanted = list[index];
        wanted?.resolve(checkLoaded(wanted.request, value).then((checked) => ({ ...load, value: checked })));
      }
    } catch (error) {
      for (const { reject } of list) reject(error);
    }
  }
}

function checkCount<Value>(values: readonly Value[], keys: readonly string[]): readonly Value[] {
  if (values.length === keys.length) return values;
  throw new CacheError(
    'invalidValue',
    `loadMany must give a value for each key, in their order: it was asked for ${keys.length} and gave ${values.length}.`,
  );
}
