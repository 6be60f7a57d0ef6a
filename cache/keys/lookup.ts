import type { FieldsOf } from './keyTemplate.ts';

/** The templates of secondary keys by the names of their look-ups. */
export type LookupKeys = Readonly<Record<string, string>>;

/** A value that the source has. */
export type Found<Value> = Exclude<Value, undefined>;

/** A second way to the values of a family: `user-by-email:{email}` beside `user:{id}`. */
export interface Lookup<Template extends string, Value> {
  /** Key without the service's prefix, fields in braces. */
  readonly key: Template;
  /**
   * The fields under which this value is found, in the form in which callers ask for them; null = it is not found this way. A
   * key whose value gives other fields than its own is taken for left behind, and removed.
   */
  fieldsOf(value: NoInfer<Found<Value>>): FieldsOf<NoInfer<Template>> | null;
  /** Reads the value from the source; undefined = it has no such thing. */
  load(fields: FieldsOf<NoInfer<Template>>, signal: AbortSignal): Promise<NoInfer<Value> | undefined>;
}

export type Lookups<Value, Keys extends LookupKeys> = {
  readonly [Name in keyof Keys]: Lookup<Keys[Name], Value>;
};

export function isFound<Value>(value: Value): value is Found<Value> {
  return value !== undefined;
}
