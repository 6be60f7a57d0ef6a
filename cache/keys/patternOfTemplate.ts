import { CacheError } from '#cache/cacheError.ts';
import { ANY_FIELD } from '#shared/keys/namePattern.ts';
import { encodeField, type FieldValue } from './keyTemplate.ts';

/**
 * The pattern of all keys of a template that have these fields, without prefix: `recs:{userId}:{locale}` and locale "en" give
 * `recs:{*}:en`. Throws `badField` for a field that the template does not have, and for one without a value: forgotten or
 * misspelt, it would widen what is meant to the whole family.
 */
export function patternOfTemplate(
  template: string,
  fields: Readonly<Record<string, FieldValue | undefined>>,
): string {
  const unused = new Set(Object.keys(fields));
  const pattern = template.replace(/\{([^{}]+)\}/g, (_, name: string) =>
    unused.delete(name) ? encodeField(template, name, fields[name]) : ANY_FIELD,
  );
  for (const name of unused) {
    throw new CacheError('badField', `${template} has no field ${name}, and would be meant as a whole.`);
  }
  return pattern;
}
