import type { Families, Family } from '#cache/keys/family.ts';
import type { FieldsOf, FieldValue } from '#cache/keys/keyTemplate.ts';

/** One entry, by the name of its family in `families` and its fields. */
export interface EntryName {
  readonly family: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** Whose the entry is, in place of the family's `owner`. */
  readonly owner?: string | number | undefined;
}

/** Names entries with the fields of their families: `product({ id: 1 })`. */
export type EntryNames<F extends Families> = {
  readonly [Name in keyof F]: F[Name] extends Family<infer Template, infer _Value>
    ? (fields: FieldsOf<Template>, options?: Pick<EntryName, 'owner'>) => EntryName
    : never;
};

export function prepareEntryNames(families: Families): EntryNames<Families> {
  return Object.fromEntries(
    Object.keys(families).map((family) => [
      family,
      (fields: EntryName['fields'], options: Pick<EntryName, 'owner'> = {}): EntryName => ({
        family,
        fields,
        ...options,
      }),
    ]),
  );
}
