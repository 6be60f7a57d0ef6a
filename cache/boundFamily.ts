import type { CacheCore } from './cacheCore.ts';
import { CacheError } from './cacheError.ts';
import type { InvalidationMode } from './entries/entryStore.ts';
import { FamilyBinding, type Fields, type Options } from './familyBinding.ts';
import type { InvalidationResult } from './invalidate/invalidation.ts';
import { checkTemplates } from './keys/checkTemplates.ts';
import type { Families, Family } from './keys/family.ts';
import type { FieldsOf } from './keys/keyTemplate.ts';
import type { LookupKeys } from './keys/lookup.ts';
import type { Request } from './keys/policy.ts';
import { findByLookup } from './lookups/findByLookup.ts';
import { checkValue } from './read/checkValue.ts';
import { guarded } from './read/load.ts';
import { lookUpMany } from './read/many/lookUpMany.ts';
import type { WriteResult } from './write/storeWritten.ts';
import { type PutResult, writeThrough } from './write/writeThrough.ts';

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
   * a GET for each in a Cluster; what is missing is loaded by one call of `loadMany`, or one by one. Rejects with the first
   * failure.
   */
  getMany(
    list: readonly FieldsOf<Template>[],
    options: GetManyOptions & { readonly settle: true },
  ): Promise<SettledValue<Value>[]>;
  getMany(list: readonly FieldsOf<Template>[], options?: GetManyOptions): Promise<Value[]>;
  /** What L1 holds, without asking anyone or counting; undefined = nothing. It is shared and frozen. */
  peek(fields: FieldsOf<Template>, options?: Pick<FamilyWriteOptions, 'owner'>): Value | undefined;
  /** Loads the value now, puts it in the place of what is stored, and returns it. Rejects as `get`, and the entry stays. */
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
   * Writes the source by the family's `write`, then the cache, secondary keys included. Rejects with what `write` rejects with,
   * and the cache is as before; what fails after it is told in the result, since the source has the value. Throws `unsupported`
   * for a family without `write`, and `invalidValue` before anything is written.
   */
  put(fields: FieldsOf<Template>, value: Value, options?: FamilyWriteOptions): Promise<PutResult<Value>>;
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

/**
 * Binds each family to a core. Throws `badOptions` when two of them can build the same key. The overload says what the loop
 * cannot: each name gets the types of its own family.
 */
export function bindFamilies<F extends Families>(core: CacheCore, families: F): BoundFamilies<F>;
export function bindFamilies(
  core: CacheCore,
  families: Families,
): Record<string, BoundFamily<string, unknown>> {
  checkTemplates(families);
  return Object.fromEntries(
    Object.entries(families).map(([name, declared]) => [name, bindFamily(new FamilyBinding(core, declared))]),
  );
}

function bindFamily(binding: FamilyBinding): BoundFamily<string, unknown> {
  return {
    pattern: binding.pattern,
    key: (fields) => binding.sketchKey(fields),
    ...readCalls(binding),
    ...writeCalls(binding),
  };
}

type Bound = BoundFamily<string, unknown>;

function readCalls(binding: FamilyBinding): Pick<Bound, 'get' | 'getBy' | 'getMany' | 'peek' | 'refresh'> {
  const { core } = binding;
  const get = (fields: Fields, options?: Options): Promise<unknown> => {
    try {
      return binding.get(fields, options);
    } catch (error) {
      return Promise.reject(error);
    }
  };
  return {
    get,
    getBy: lookupCalls(binding, get),
    getMany: manyCall(binding),
    peek: (fields, options) => {
      const request = binding.knownRequest(fields, options);
      const held = request === null ? undefined : core.memory.readL1(request.key);
      return held !== undefined && request?.owner.equals(held.header.owner) ? held.value : undefined;
    },
    refresh: async (fields, options) => {
      const request = await binding.readRequest(fields, options);
      const beside = binding.replacing(request.key, options);
      const run = () => core.reading.guard.run(guarded(request));
      const { value } = await core.track(writeThrough(core.writing, request, { run, beside }));
      return value;
    },
  };
}

function lookupCalls(binding: FamilyBinding, get: Bound['get']): Bound['getBy'] {
  const { core, lookups } = binding;
  if (lookups === null) return {};
  const around = {
    lookups,
    lookUp: core.lookUp.bind(core),
    loadAlone: async <Value>(request: Request<Value>) =>
      (await core.reading.guard.run(guarded(request))).value,
  };
  return Object.fromEntries(
    [...lookups.lookups].map(([name, lookup]): [string, LookupCall<string, unknown>] => [
      name,
      async (fields, options) => {
        const request = await lookups.requestOf(lookup, fields, binding.pointerCall(options));
        return findByLookup({ ...around, follow: (pointer) => get(pointer, options) }, lookup, request);
      },
    ]),
  );
}

function manyCall(binding: FamilyBinding): Bound['getMany'] {
  const { core, declared } = binding;
  function getMany(
    list: readonly Fields[],
    options: GetManyOptions & { readonly settle: true },
  ): Promise<SettledValue<unknown>[]>;
  function getMany(list: readonly Fields[], options?: GetManyOptions): Promise<unknown[]>;
  async function getMany(list: readonly Fields[], options?: GetManyOptions): Promise<unknown[]> {
    const known = list.map((fields) => binding.knownRequest(fields, options)).filter((one) => one !== null);
    // Without a wait where none is needed, so that who asks next finds these look-ups under way.
    const requests =
      known.length === list.length
        ? known
        : await Promise.all(list.map((fields) => binding.readRequest(fields, options)));
    const fieldsOf = new Map(requests.map((request, index) => [request.key, list[index] ?? {}]));
    const loadMany =
      declared.loadMany === undefined
        ? null
        : async (keys: readonly string[], signal: AbortSignal) =>
            declared.loadMany?.(
              keys.map((key) => fieldsOf.get(key) ?? {}),
              signal,
            ) ?? [];
    const values = lookUpMany(core.reading, requests, loadMany);
    return options?.settle === true ? Promise.all(values.map(settle)) : Promise.all(values);
  }
  return getMany;
}

async function settle(value: Promise<unknown>): Promise<SettledValue<unknown>> {
  try {
    return { state: 'found', value: await value };
  } catch (error) {
    return { state: 'failed', error };
  }
}

function writeCalls(binding: FamilyBinding): Pick<Bound, 'set' | 'setMany' | 'put' | 'delete'> {
  const { core, declared, lookups } = binding;
  const set: Bound['set'] = async (fields, value, options) => {
    const request = await binding.readRequest(fields, options);
    const beside = binding.replacing(request.key, options);
    if (beside === null) return core.set(request, value);
    const checked = await checkValue(request, value);
    await beside.readBefore();
    const result = await core.set(request, checked);
    // What is in place of an outdated value has pointers of its own.
    if (result.state !== 'outdated') await core.track(beside.write(checked));
    return result;
  };
  return {
    set,
    setMany: (pairs, options) => Promise.all(pairs.map(([fields, value]) => set(fields, value, options))),
    put: async (fields, value, options) => {
      if (declared.write === undefined) {
        throw new CacheError('unsupported', `${binding.pattern}: a family without "write" has no put.`);
      }
      const request = await binding.readRequest(fields, options);
      const checked = await checkValue(request, value);
      const beside = binding.replacing(request.key, options);
      const run = async () => {
        const given: unknown = await declared.write?.(fields, checked, core.signal);
        return { value: given === undefined ? checked : given, loadMs: 0 };
      };
      return core.track(writeThrough(core.writing, request, { run, beside }));
    },
    delete: async (fields, { mode = 'hard' } = {}) => {
      const { key } = await binding.readRequest(fields, undefined);
      const pointers = mode === 'hard' ? ((await lookups?.keysBefore(key)) ?? []) : [];
      const removal = core.invalidate({ kind: 'key', target: key, mode, source: 'key' });
      if (lookups !== null) await core.track(lookups.remove(pointers));
      return removal;
    },
  };
}
