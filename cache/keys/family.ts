import { CacheError } from '#cache/cacheError.ts';
import type { StandardSchema } from '#cache/validate/standardSchema.ts';
import { checkLives, type EntryLives } from './entryLives.ts';
import { type FieldsOf, KeyTemplate } from './keyTemplate.ts';

export interface FamilyOptions<Template extends string, Value> extends EntryLives {
  /** Key without the service's prefix, fields in braces: `product:{id}`. */
  readonly key: Template;
  /** Checks a value before it is stored and after it is read. It must accept its own output. */
  readonly schema?: StandardSchema<Value>;
  /**
   * A version is part of the keys of all families of the namespace; `cache.invalidateNamespace` raises it, and puts all their
   * entries out of reach at once. @default none
   */
  readonly namespace?: string;
  /** Reads from the source; undefined = it has no such thing. Name it before the rules below, whose types follow from it. */
  load(fields: FieldsOf<Template>, signal: AbortSignal): Promise<Value>;
  /** Tags that the entry carries; an invalidation of any of them removes it. */
  tags?(fields: FieldsOf<Template>, value: NoInfer<Value>): readonly string[];
  /** Version of the value in its source, a whole number that rises with every change: an older one never replaces a newer. */
  version?(value: NoInfer<Value>): number;
  /** Whose the entry is: an entry of another owner found under the key is not served. */
  owner?(fields: FieldsOf<Template>): string | number;
}

/** A declared kind of entry: its key, life, tags and loader. Bound to Redis by `createCache`. */
export interface Family<Template extends string, Value> extends FamilyOptions<Template, Value> {
  readonly template: KeyTemplate;
}

export type Families = Readonly<Record<string, Family<string, unknown>>>;

/** Declares a family. Throws `badTemplate` or `badOptions`. */
export function family<const Template extends string, Value>(
  options: FamilyOptions<Template, Value>,
): Family<Template, Value> {
  checkLives(options, options.key);
  if (options.namespace !== undefined && !/^[A-Za-z0-9_-]+$/.test(options.namespace)) {
    throw new CacheError(
      'badOptions',
      `${options.key}: namespace must be letters, digits, "-" and "_", and is "${options.namespace}".`,
    );
  }
  return { ...options, template: new KeyTemplate(options.key) };
}
