import type { ManySource } from '#cache/read/many/batch.ts';
import type { FamilyBinding } from './familyBinding.ts';
import type { Fields } from './familyRequests.ts';

/** Ours: what a database takes in one query without a thought; 5,000 would hold one slot for as long as ten loads. */
const DEFAULT_MAX_LOAD_MANY_COUNT = 500;

/** The source of a family as `getMany` asks it, but for values that are on their way to it; null = it loads one by one. */
export function manySource(
  { declared, values }: Pick<FamilyBinding, 'declared' | 'values'>,
  fieldsOf: ReadonlyMap<string, Fields>,
): ManySource<unknown> | null {
  const { loadMany, maxLoadManyCount: maxCount = DEFAULT_MAX_LOAD_MANY_COUNT } = declared;
  if (loadMany === undefined) return null;
  return {
    maxCount,
    load: async (keys, signal, doubt) => {
      const list = keys.map((key) => fieldsOf.get(key) ?? {});
      const pending =
        values === null ? [] : await Promise.all(list.map((fields) => values.readPending(fields)));
      if (pending.includes('unknown')) doubt();
      const missing = list.filter((_, index) => typeof pending[index] !== 'object');
      const loaded = missing.length === 0 ? [] : await declared.loadMany?.(missing, signal);
      if (loaded?.length !== missing.length) return loaded ?? [];
      const rest = loaded.values();
      return list.map((_, index) => {
        const found = pending[index];
        return typeof found === 'object' ? found.value : rest.next().value;
      });
    },
  };
}
