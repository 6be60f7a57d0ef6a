import type { Families, Family } from '#cache/keys/family.ts';
import type { FieldsOf, FieldValue } from '#cache/keys/keyTemplate.ts';

/** An entry of a family by its fields; its whole name may depend on a version that is known only when it is needed. */
export interface FamilyKey {
  readonly family: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** Names entries by their family: `keyOf.product({ id })`. */
export type KeyNames<F extends Families> = {
  readonly [Name in keyof F]: F[Name] extends Family<infer Template, infer _Value>
    ? (fields: FieldsOf<Template>) => FamilyKey
    : never;
};

export function prepareKeyNames<F extends Families>(families: F): KeyNames<F>;
export function prepareKeyNames(
  families: Families,
): Record<string, (fields: Readonly<Record<string, FieldValue>>) => FamilyKey> {
  return Object.fromEntries(
    Object.keys(families).map((family) => [family, (fields) => ({ family, fields })]),
  );
}
