import type { CacheCore, CoreEntry } from './cacheCore.ts';
import type { InvalidationResult } from './invalidate/invalidationResult.ts';
import { checkTtl, DEFAULT_JITTER_RATIO, type Families, type Family } from './keys/family.ts';
import type { FieldsOf } from './keys/keyTemplate.ts';
import type { WriteResult } from './write/writeEntry.ts';

export interface FamilyCallOptions<Value> {
  /** In place of the family's, seconds. */
  readonly ttlSeconds?: number;
  /** How long this caller waits, ms; past it `waitTimeout` is thrown to this caller alone. */
  readonly waitTimeoutMs?: number;
  /** In place of the family's loader. */
  readonly load?: (signal: AbortSignal) => Promise<Value>;
}

/** A family of one cache: `await cache.product.get({ id })`. */
export interface BoundFamily<Template extends string, Value> {
  /** The label of its metrics: `catalog:product:{id}`. */
  readonly pattern: string;
  /** The whole name in Redis. Throws `badField`. */
  key(fields: FieldsOf<Template>): string;
  /** The stored value, or the loaded one. Rejects with what the loader threw, never because Redis is away. */
  get(fields: FieldsOf<Template>, options?: FamilyCallOptions<Value>): Promise<Value>;
  set(
    fields: FieldsOf<Template>,
    value: Value,
    options?: Pick<FamilyCallOptions<Value>, 'ttlSeconds'>,
  ): Promise<WriteResult>;
  delete(fields: FieldsOf<Template>): Promise<InvalidationResult>;
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
  const { prefix } = core.settings;
  const pattern = prefix + declared.template.text;
  const key = (fields: FieldsOf<Template>): string => prefix + declared.template.build(fields);
  const entryOf = (fields: FieldsOf<Template>, ttlSeconds: number | undefined): CoreEntry<Value> => {
    if (ttlSeconds !== undefined) checkTtl(ttlSeconds, pattern);
    return {
      key: key(fields),
      pattern,
      ttlSeconds: ttlSeconds ?? declared.ttlSeconds,
      jitterRatio: declared.jitterRatio ?? DEFAULT_JITTER_RATIO,
      schema: declared.schema,
      tagsOf: declared.tags === undefined ? null : (value) => declared.tags?.(fields, value) ?? [],
    };
  };
  return {
    pattern,
    key,
    get: async (fields, options = {}) =>
      core.lookUp(entryOf(fields, options.ttlSeconds), {
        waitTimeoutMs: options.waitTimeoutMs,
        load: async () => (options.load ? options.load(core.signal) : declared.load(fields, core.signal)),
      }),
    set: async (fields, value, options = {}) => core.set(entryOf(fields, options.ttlSeconds), value),
    delete: async (fields) => core.delete(key(fields)),
  };
}
