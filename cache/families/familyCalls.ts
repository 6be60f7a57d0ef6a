import type { InvalidationMode } from '#cache/entries/entryStore.ts';
import type { InvalidationResult } from '#cache/invalidate/invalidation.ts';
import type { Families, Family } from '#cache/keys/family.ts';
import type { FieldsOf } from '#cache/keys/keyTemplate.ts';
import type { LookupKeys } from '#cache/keys/lookup.ts';
import type { WriteResult } from '#cache/write/storeWritten.ts';
import type { PutResult } from '#cache/write/writeThrough.ts';
import type { ChangeResult, WriteBehindSnapshot } from '#cache/writeBehind/outflow.ts';

export interface FamilyCallOptions<Value> {
  /** In place of the family's, seconds. */
  readonly ttlSeconds?: number;
  /** How long this caller waits, ms; past it `waitTimeout` is thrown to this caller alone. */
  readonly waitTimeoutMs?: number;
  /** Whose the entry must be, in place of the family's `owner`. */
  readonly owner?: string | number;
  /** In place of the family's loader. */
  readonly load?: (signal: AbortSignal) => Promise<Value>;
}

export type FamilyWriteOptions = Pick<FamilyCallOptions<unknown>, 'ttlSeconds' | 'owner'>;

export interface GetManyOptions extends Omit<FamilyCallOptions<unknown>, 'load'> {
  /** True = a value that cannot be had is told beside the others, in place of rejecting all. @default false */
  readonly settle?: boolean;
}

export type SettledValue<Value> =
  | { readonly state: 'found'; readonly value: Value }
  | { readonly state: 'failed'; readonly error: unknown };

export interface InvalidateOptions {
  /** `soft` keeps serving the old value while it is refreshed. @default 'hard' */
  readonly mode?: InvalidationMode;
}

/** A family of one cache: `await cache.product.get({ id })`. */
export interface BoundFamily<Template extends string, Value, Keys extends LookupKeys = LookupKeys> {
  /** The label of its metrics: `catalog:product:{id}`. */
  readonly pattern: string;
  /** The whole name in Redis; of a family with a namespace, by the version that is known. Throws `badField`. */
  key(fields: FieldsOf<Template>): string;
  /** The stored value, or the loaded one. Rejects with what the loader threw, never because Redis is away. */
  get(fields: FieldsOf<Template>, options?: FamilyCallOptions<Value>): Promise<Value>;
  /**
   * Values by secondary keys: `cache.user.getBy.byEmail({ email })`; undefined = the source has none. A value that is cached
   * already is found without a load, whichever way it was asked for.
   */
  readonly getBy: LookupCalls<Value, Keys>;
  /**
   * Several values, in the order of their fields; each is looked up, counted and shared as by `get`. One MGET for each 64 keys, or
   * a GET for each in a Cluster; what is missing is loaded by one call of `loadMany` for each `maxLoadManyCount`, or one by one.
   * Rejects with the first failure.
   */
  getMany(
    list: readonly FieldsOf<Template>[],
    options: GetManyOptions & { readonly settle: true },
  ): Promise<SettledValue<Value>[]>;
  getMany(list: readonly FieldsOf<Template>[], options?: GetManyOptions): Promise<Value[]>;
  /** What L1 holds, without asking anyone or counting; undefined = nothing. It is shared and frozen. */
  peek(fields: FieldsOf<Template>, options?: Pick<FamilyWriteOptions, 'owner'>): Value | undefined;
  /**
   * Loads the value now, puts it in the place of what is stored, and returns it. Rejects as `get`, and the entry stays. Calls of
   * this process for one entry share a load that begins after each of them.
   */
  refresh(
    fields: FieldsOf<Template>,
    options?: Pick<FamilyCallOptions<Value>, 'ttlSeconds' | 'owner' | 'load'>,
  ): Promise<Value>;
  set(fields: FieldsOf<Template>, value: Value, options?: FamilyWriteOptions): Promise<WriteResult>;
  /** Sets each; results in the order of the pairs. Rejects with the first that is refused; the others are set all the same. */
  setMany(
    pairs: readonly (readonly [FieldsOf<Template>, Value])[],
    options?: FamilyWriteOptions,
  ): Promise<WriteResult[]>;
  /**
   * Writes the source by the family's `write`, then the cache, secondary keys included. Rejects with what `write` rejects with;
   * the entry is invalidated then, since the source may have the value all the same. What fails after it is told in the result:
   * the source has the value. Throws `unsupported` for a family without `write`, and `invalidValue` before anything is written.
   */
  put(fields: FieldsOf<Template>, value: Value, options?: FamilyWriteOptions): Promise<PutResult<Value>>;
  /**
   * Changes the entry at once for all who read it, and the source with a later flush, in which the last value wins. Rejects
   * with `invalidValue` and `unserialisable`, and when Redis is away and the source fails too, with what its `flush` threw.
   * Throws `unsupported` for a family without `writeBehind`.
   */
  write(fields: FieldsOf<Template>, value: Value, options?: FamilyWriteOptions): Promise<ChangeResult>;
  /** How much of what was written waits for the source: one script; null when Redis does not say, or nothing is written behind. */
  writeBehindSnapshot(): Promise<WriteBehindSnapshot | null>;
  /**
   * Removes all entries of the family that have these fields; all of them without. SCAN over the whole keyspace, so prefer tags
   * or a namespace. Throws `badField` for a field that the key does not have.
   */
  invalidateAll(
    fields?: Partial<FieldsOf<Template>>,
    options?: InvalidateOptions,
  ): Promise<InvalidationResult>;
  /** Also what leads to the value by secondary keys, when the cache holds the value. */
  delete(fields: FieldsOf<Template>, options?: InvalidateOptions): Promise<InvalidationResult>;
}

export type LookupCalls<Value, Keys extends LookupKeys> = {
  readonly [Name in keyof Keys]: LookupCall<Keys[Name], Value>;
};

export type LookupCall<Template extends string, Value> = (
  fields: FieldsOf<Template>,
  options?: Pick<FamilyCallOptions<Value>, 'ttlSeconds' | 'waitTimeoutMs' | 'owner'>,
) => Promise<Value | undefined>;

export type BoundFamilies<F extends Families> = {
  readonly [Name in keyof F]: F[Name] extends Family<infer Template, infer Value, infer Keys>
    ? BoundFamily<Template, Value, Keys>
    : never;
};
