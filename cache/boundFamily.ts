import type { CacheCore } from './cacheCore.ts';
import type { InvalidationMode } from './entries/entryStore.ts';
import type { InvalidationResult } from './invalidate/invalidation.ts';
import { checkTtl, policyOf } from './keys/entryLives.ts';
import type { Families, Family } from './keys/family.ts';
import { FamilyRequest } from './keys/familyRequest.ts';
import type { FieldsOf } from './keys/keyTemplate.ts';
import { ownerHash } from './keys/ownerHash.ts';
import type { WriteResult } from './write/setEntry.ts';

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

export interface InvalidateOptions {
  /** `soft` keeps serving the old value while it is refreshed. @default 'hard' */
  readonly mode?: InvalidationMode;
}

/** A family of one cache: `await cache.product.get({ id })`. */
export interface BoundFamily<Template extends string, Value> {
  /** The label of its metrics: `catalog:product:{id}`. */
  readonly pattern: string;
  /** The whole name in Redis; of a family with a namespace, by the version that is known. Throws `badField`. */
  key(fields: FieldsOf<Template>): string;
  /** The stored value, or the loaded one. Rejects with what the loader threw, never because Redis is away. */
  get(fields: FieldsOf<Template>, options?: FamilyCallOptions<Value>): Promise<Value>;
  set(
    fields: FieldsOf<Template>,
    value: Value,
    options?: Pick<FamilyCallOptions<Value>, 'ttlSeconds' | 'owner'>,
  ): Promise<WriteResult>;
  delete(fields: FieldsOf<Template>, options?: InvalidateOptions): Promise<InvalidationResult>;
}

export type BoundFamilies<F extends Families> = {
  readonly [Name in keyof F]: F[Name] extends Family<infer Template, infer Value>
    ? BoundFamily<Template, Value>
    : never;
};

/** Binds each family to a core. The overload says what the loop cannot: each name gets the types of its own family. */
export function bindFamilies<F extends Families>(core: CacheCore, families: F): BoundFamilies<F>;
export function bindFamilies(
  core: CacheCore,
  families: Families,
): Record<string, BoundFamily<string, unknown>> {
  return Object.fromEntries(
    Object.entries(families).map(([name, declared]) => [name, bindFamily(core, declared)]),
  );
}

function bindFamily<Template extends string, Value>(
  core: CacheCore,
  declared: Family<Template, Value>,
): BoundFamily<Template, Value> {
  const { prefix, maxTagsPerEntry } = core.settings;
  const { namespace, template } = declared;
  const pattern = prefix + template.text + (namespace === undefined ? '' : ':v{version}');
  const kind = {
    declared,
    maxTagsPerEntry,
    policy: policyOf(declared, { pattern, schema: declared.schema }),
  };
  const familyTtlMs = declared.ttlSeconds * 1_000;

  const keyOf = (fields: FieldsOf<Template>, version: string | null): string =>
    prefix + template.build(fields) + (version === null ? '' : `:v${version}`);
  /** Null when the version must be asked for. */
  const knownKey = (fields: FieldsOf<Template>): string | null => {
    if (namespace === undefined) return keyOf(fields, null);
    const version = core.versions.peek(namespace);
    return version === null ? null : keyOf(fields, version);
  };
  const readKey = async (fields: FieldsOf<Template>): Promise<string> =>
    knownKey(fields) ?? keyOf(fields, await core.versions.read(namespace ?? ''));

  const requestOf = (
    key: string,
    fields: FieldsOf<Template>,
    options: FamilyCallOptions<Value> | undefined,
  ): FamilyRequest<Template, Value> => {
    const ttlSeconds = options?.ttlSeconds;
    if (ttlSeconds !== undefined) checkTtl(ttlSeconds, pattern);
    return new FamilyRequest(kind, {
      key,
      fields,
      ttlMs: ttlSeconds === undefined ? familyTtlMs : ttlSeconds * 1_000,
      owner: ownerHash(options?.owner ?? declared.owner?.(fields)),
      waitTimeoutMs: options?.waitTimeoutMs,
      load: options?.load,
    });
  };

  return {
    pattern,
    key: (fields) => knownKey(fields) ?? keyOf(fields, '0'),
    get: (fields, options) => {
      try {
        const key = knownKey(fields);
        if (key !== null) return core.lookUp(requestOf(key, fields, options));
      } catch (error) {
        return Promise.reject(error);
      }
      return readKey(fields).then((key) => core.lookUp(requestOf(key, fields, options)));
    },
    set: async (fields, value, options) => core.set(requestOf(await readKey(fields), fields, options), value),
    delete: async (fields, { mode = 'hard' } = {}) =>
      core.invalidate({ kind: 'key', target: await readKey(fields), mode, source: 'key' }),
  };
}
