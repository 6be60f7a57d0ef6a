import type { CacheCore } from '#cache/cacheCore.ts';
import type { Counter, Counters } from '#cache/writeBehind/counter.ts';
import { type BoundCounter, CounterStore } from '#cache/writeBehind/counterStore.ts';

export type BoundCounters<C extends Counters> = {
  readonly [Name in keyof C]: C[Name] extends Counter<infer Template> ? BoundCounter<Template> : never;
};

/** The counters of a cache by their names. The overload says what the loop cannot: each name gets its own fields. */
export function bindCounters<C extends Counters>(
  stores: ReadonlyMap<string, CounterStore<string>>,
): BoundCounters<C>;
export function bindCounters(
  stores: ReadonlyMap<string, CounterStore<string>>,
): Record<string, BoundCounter<string>> {
  return Object.fromEntries(
    [...stores].map(([name, store]): [string, BoundCounter<string>] => [
      name,
      {
        pattern: store.pattern,
        key: (fields) => store.key(fields),
        increment: (fields, by) => store.increment(fields, by),
        get: (fields) => store.get(fields),
        invalidate: (fields) => store.invalidate(fields),
        snapshot: () => store.snapshot(),
      },
    ]),
  );
}

/** One store for each declared counter. Throws `badOptions` for a name that cannot be part of a key. */
export function openCounters(core: CacheCore, counters: Counters): ReadonlyMap<string, CounterStore<string>> {
  const around = { ...core.reading, bulkhead: core.bulkhead };
  return new Map(
    Object.entries(counters).map(([name, declared]) => [name, new CounterStore(around, name, declared)]),
  );
}
