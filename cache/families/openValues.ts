import type { CacheCore } from '#cache/cacheCore.ts';
import type { Family } from '#cache/keys/family.ts';
import type { KeyNames } from '#cache/keys/keyNames.ts';
import type { Request } from '#cache/keys/policy.ts';
import { storeWritten, type Written } from '#cache/write/storeWritten.ts';
import { ValueStore } from '#cache/writeBehind/valueStore.ts';
import type { Fields } from './familyRequests.ts';

/** What of a family is written behind, on the core; null = nothing. */
export function openValues(
  core: CacheCore,
  declared: Family<string, unknown>,
  { name, pattern, names }: { readonly name: string; readonly pattern: string; readonly names: KeyNames },
): ValueStore<string, unknown> | null {
  const { template, writeBehind: options } = declared;
  if (options === undefined) return null;
  const around = {
    ...core.reading,
    bulkhead: core.bulkhead,
    store: <Value>(request: Request<Value>, written: Written<Value>) =>
      storeWritten(core.writing, request, written),
    invalidate: (key: string) => core.invalidate({ kind: 'key', target: key, mode: 'hard', source: 'key' }),
  };
  const entryKey = (fields: Fields): Promise<string> => names.writeKey(template, fields);
  return new ValueStore(around, { name, pattern, template, options, entryKey });
}
