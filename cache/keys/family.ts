import { CacheError } from '#cache/cacheError.ts';
import type { StandardSchema } from '#cache/validate/standardSchema.ts';
import { type FieldsOf, KeyTemplate } from './keyTemplate.ts';

/** Share of the TTL, 0-1, by which an entry may live shorter, so that entries stored together do not expire together. */
export const DEFAULT_JITTER_RATIO = 0.1;

export interface FamilyOptions<Template extends string, Value> {
  /** Key without the service's prefix, fields in braces: `product:{id}`. */
  readonly key: Template;
  /** Longest life of an entry, seconds. */
  readonly ttlSeconds: number;
  /** 0-1; an entry lives between `ttlSeconds * (1 - jitterRatio)` and `ttlSeconds`. @default 0.1 */
  readonly jitterRatio?: number;
  /** Checks a value before it is stored and after it is read. It must accept its own output. */
  readonly schema?: StandardSchema<Value>;
  /** Reads from the source. Name it before `tags`, so that the type of `tags`' value follows from it. */
  load(fields: FieldsOf<Template>, signal: AbortSignal): Promise<Value>;
  /** Tags that the entry carries; an invalidation of any of them removes it. */
  tags?(fields: FieldsOf<Template>, value: NoInfer<Value>): readonly string[];
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
  checkTtl(options.ttlSeconds, options.key);
  checkJitter(options.jitterRatio ?? DEFAULT_JITTER_RATIO, options.key);
  return { ...options, template: new KeyTemplate(options.key) };
}

/** Throws `badOptions` when the TTL is not a positive number of seconds; a TTL is never optional. */
export function checkTtl(ttlSeconds: unknown, subject: string): void {
  if (typeof ttlSeconds === 'number' && Number.isFinite(ttlSeconds) && ttlSeconds > 0) return;
  throw new CacheError(
    'badOptions',
    `${subject}: ttlSeconds must be a number above 0, and is ${String(ttlSeconds)}.`,
  );
}

function checkJitter(ratio: number, subject: string): void {
  if (ratio >= 0 && ratio < 1) return;
  throw new CacheError(
    'badOptions',
    `${subject}: jitterRatio must be in 0 (included) to 1, and is ${ratio}.`,
  );
}
