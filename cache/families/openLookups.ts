import type { CacheCore } from '#cache/cacheCore.ts';
import { type FamilyKind, FamilyRequest } from '#cache/keys/familyRequest.ts';
import type { KeyNames } from '#cache/keys/keyNames.ts';
import { FamilyLookups } from '#cache/lookups/familyLookups.ts';
import type { PointerCall } from '#cache/lookups/pointerRequest.ts';
import { ownerHash } from '#cache/store/ownerHash.ts';
import type { Fields } from './familyRequests.ts';
import { peekStored } from './peekStored.ts';

/** The secondary keys of a family, on the core; null = it has none. */
export function openLookups(
  core: CacheCore,
  kind: FamilyKind<string, unknown>,
  names: KeyNames,
): FamilyLookups | null {
  const { declared, policy } = kind;
  if (declared.lookups === undefined) return null;
  const around = {
    primaryRequest: async (pointer: Fields, call: PointerCall) =>
      new FamilyRequest(kind, {
        ...call,
        key: await names.read(declared.template, pointer),
        fields: pointer,
        owner: declared.owner === undefined ? call.owner : ownerHash(declared.owner(pointer)),
        load: undefined,
        keepBeside: null,
      }),
    peekStored: (key: string) => peekStored(core, key),
    set: core.set.bind(core),
    invalidate: core.invalidate.bind(core),
    reportFailure: (error: unknown) =>
      core.events.emit('fallback', { operation: 'set', code: 'wentWrong', error }),
  };
  return new FamilyLookups(around, declared, { policy, names });
}
