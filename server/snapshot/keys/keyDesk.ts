import type { ValueAccess } from '#shared/access/valueAccess.ts';
import { AppError } from '#shared/errorCodes.ts';
import type { FoundKeys } from '#shared/keys/foundKeys.ts';
import type { KeyInspection } from '#shared/keys/keyInspection.ts';
import type { KeyValue } from '#shared/keys/keyValue.ts';
import { parseKey } from '#shared/keyText.ts';
import { type FindRequest, KeyFinds, type KeyFindsOptions } from './keyFinds.ts';
import { openKeyIds } from './keyIds.ts';
import { KeyInspections, type KeyInspectionsOptions } from './keyInspections.ts';
import { patternText } from './keyMatch.ts';

/** A key by the id that a search gave it, or by its name as `formatKey` writes it. */
type KeyName = { readonly id: string } | { readonly key: string };

/** What people ask of single keys. One desk serves all viewers. */
export interface KeyDesk {
  /** Goes on with a search, or starts it, within the budget. Rejects with `AppError`. */
  find(request: FindRequest): Promise<FoundKeys>;
  /** Everything about one key but its value. Rejects with `AppError`; notFound for an id that is not known (any more). */
  inspect(name: KeyName, valueAccess: ValueAccess): Promise<KeyInspection>;
  /** The start of its value, redacted. Rejects with `AppError`. The caller has made sure that it may be seen, and recorded that it was. */
  readValue(name: KeyName): Promise<KeyValue>;
  /** Whether this server shows values to anybody. */
  readonly areValuesShown: boolean;
  /** Its bytes. Throws as `inspect` rejects. */
  keyOf(name: KeyName): Buffer;
  /** As `formatKey` writes it, its start only when it is long. Throws as `inspect` rejects. */
  textOf(name: KeyName): string;
  close(): void;
}

export type KeyDeskOptions = Omit<KeyFindsOptions & KeyInspectionsOptions, 'ids'> & {
  readonly areValuesShown: boolean;
};

export function openKeyDesk(options: KeyDeskOptions): KeyDesk {
  const ids = openKeyIds();
  const finds = new KeyFinds({ ...options, ids });
  const inspections = new KeyInspections({ ...options, ids });
  function keyOf(name: KeyName): Buffer {
    if ('key' in name) return Buffer.from(parseKey(name.key));
    const key = ids.keyOf(name.id);
    if (key !== null) return key;
    throw new AppError(
      'notFound',
      'The address names a key that this server does not know (any more): it was started anew, or the link is old. Search for the key.',
    );
  }
  return {
    find: (request) => finds.find(request),
    inspect: async (name, valueAccess) => inspections.inspect({ key: keyOf(name), valueAccess }),
    readValue: async (name) => inspections.readValue(keyOf(name)),
    areValuesShown: options.areValuesShown,
    keyOf,
    textOf: (name) => patternText(keyOf(name)),
    close: () => finds.close(),
  };
}
