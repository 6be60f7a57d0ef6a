import { CacheError } from '#cache/cacheError.ts';
import type { EventContract } from './eventContract.ts';

/** The payload as the schema of its event gives it back. Throws `invalidValue`. */
export async function checkPayload<Payload>(
  event: string,
  { schema }: EventContract<Payload>,
  payload: Payload,
): Promise<Payload> {
  if (schema === undefined) return payload;
  const checked = await schema['~standard'].validate(payload);
  if (checked.issues === undefined) return checked.value;
  const issues = checked.issues.map((issue) => issue.message).join('; ');
  throw new CacheError('invalidValue', `The payload of "${event}" does not fit its schema: ${issues}`);
}

/** Throws `invalidValue` when the payload has no form in JSON. */
export function payloadToJson(event: string, payload: unknown): string {
  try {
    const json: string | undefined = JSON.stringify(payload);
    if (json !== undefined) return json;
  } catch (error) {
    throw new CacheError('invalidValue', `The payload of "${event}" has no form in JSON.`, { cause: error });
  }
  throw new CacheError('invalidValue', `The payload of "${event}" has no form in JSON.`);
}
