import { CacheError } from '#cache/cacheError.ts';
import type { StandardSchema } from '#cache/validate/standardSchema.ts';
import type { WriteBehindOptions } from '#cache/writeBehind/valueOptions.ts';
import { checkLives, type EntryLives } from './entryLives.ts';
import { type FieldsOf, KeyTemplate } from './keyTemplate.ts';
import type { Found, LookupKeys, Lookups } from './lookup.ts';

export interface FamilyOptions<Template extends string, Value, Keys extends LookupKeys = LookupKeys>
  extends EntryLives {
  /** Key without the service's prefix, fields in braces: `product:{id}`. */
  readonly key: Template;
  /** Checks a value before it is stored and after it is read. It must accept its own output. */
  readonly schema?: StandardSchema<Value>;
  /**
   * A version is part of the keys of all families of the namespace; `cache.invalidateNamespace` raises it, and puts all their
   * entries out of reach at once. @default none
   */
  readonly namespace?: string;
  /** Secondary keys, by the names under `getBy`. They need `primaryFields`. */
  readonly lookups?: Lookups<Value, Keys>;
  /** Reads from the source; undefined = it has no such thing. Name it before the rules below, whose types follow from it. */
  load(fields: FieldsOf<Template>, signal: AbortSignal): Promise<Value>;
  /** Reads several at once, for `getMany`: a value for each fields, in their order. @default each by `load` */
  loadMany?(
    fieldsList: readonly FieldsOf<Template>[],
    signal: AbortSignal,
  ): Promise<readonly NoInfer<Value>[]>;
  /** Most that one call of `loadMany` is asked for; more become several calls at once, each with a slot of `loads`. @default 500 */
  readonly maxLoadManyCount?: number;
  /**
   * Writes to the source, for `put`. What it gives is what the source has now, such as with an id or a version of its own;
   * nothing = the value as it was handed in. A write that rejects may have been done: the entry is invalidated. The signal is
   * aborted by `close()`.
   */
  write?(
    fields: FieldsOf<Template>,
    value: NoInfer<Value>,
    signal: AbortSignal,
  ): Promise<NoInfer<Value> | undefined> | Promise<void>;
  /** Changes that reach the cache now and the source later, for `write`. @default none */
  readonly writeBehind?: WriteBehindOptions<Template, NoInfer<Value>>;
  /** The fields of the family's own key, from a value that was found by a look-up. */
  primaryFields?(value: NoInfer<Found<Value>>): FieldsOf<Template>;
  /** Tags that the entry carries; an invalidation of any of them removes it. */
  tags?(fields: FieldsOf<Template>, value: NoInfer<Value>): readonly string[];
  /** Version of the value in its source, a whole number that rises with every change: an older one never replaces a newer. */
  version?(value: NoInfer<Value>): number;
  /** Whose the entry is: an entry of another owner found under the key is not served. */
  owner?(fields: FieldsOf<Template>): string | number;
}

/** A declared kind of entry: its key, life, tags and loader. Bound to Redis by `createCache`. */
export interface Family<Template extends string, Value, Keys extends LookupKeys = LookupKeys>
  extends FamilyOptions<Template, Value, Keys> {
  readonly template: KeyTemplate;
  /** Of the look-ups, by their names. */
  readonly lookupTemplates: ReadonlyMap<string, KeyTemplate>;
}

export type Families = Readonly<Record<string, Family<string, unknown>>>;

/** Declares a family. Throws `badTemplate` or `badOptions`. */
export function family<
  const Template extends string,
  Value,
  const Keys extends LookupKeys = Readonly<Record<never, string>>,
>(options: FamilyOptions<Template, Value, Keys>): Family<Template, Value, NoInfer<Keys>> {
  checkLives(options, options.key);
  if (options.namespace !== undefined && !/^[A-Za-z0-9_-]+$/.test(options.namespace)) {
    throw new CacheError(
      'badOptions',
      `${options.key}: namespace must be letters, digits, "-" and "_", and is "${options.namespace}".`,
    );
  }
  const { maxLoadManyCount } = options;
  if (maxLoadManyCount !== undefined && !(Number.isSafeInteger(maxLoadManyCount) && maxLoadManyCount > 0)) {
    throw new CacheError(
      'badOptions',
      `${options.key}: maxLoadManyCount must be a whole number from 1, and is ${maxLoadManyCount}.`,
    );
  }
  if (options.lookups !== undefined && options.primaryFields === undefined) {
    throw new CacheError('badOptions', `${options.key}: lookups need primaryFields.`);
  }
  const keys: readonly (readonly [string, { readonly key: string }])[] = Object.entries(
    options.lookups ?? {},
  );
  return {
    ...options,
    template: new KeyTemplate(options.key),
    lookupTemplates: new Map(keys.map(([name, { key }]) => [name, new KeyTemplate(key)])),
  };
}
