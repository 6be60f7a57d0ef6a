import { CacheError } from '#cache/cacheError.ts';
import type { Request } from '#cache/keys/policy.ts';

/** The value as the schema of its family gives it back. Throws `invalidValue`. */
export async function checkValue<Value>(
  { policy: { schema }, key }: Pick<Request<Value>, 'policy' | 'key'>,
  value: Value,
): Promise<Value> {
  if (schema === undefined) return value;
  const checked = await schema['~standard'].validate(value);
  if (checked.issues === undefined) return checked.value;
  const issues = checked.issues.map((issue) => issue.message).join('; ');
  throw new CacheError('invalidValue', `The value does not fit the schema of its family: ${issues}`, { key });
}
