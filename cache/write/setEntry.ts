import type { Request } from '#cache/keys/policy.ts';
import { checkValue } from '#cache/read/checkValue.ts';
import { invalidationOf, storeWritten, type WriteResult, type WriteSurroundings } from './storeWritten.ts';

/**
 * Stores a value now. A load of the key under way anywhere is not stored after it, and the other instances drop what they hold
 * of it. When Redis does not confirm it, what it replaces is queued for deletion. Throws `invalidValue`, `tooManyTags` and
 * `badOptions`.
 */
export async function setEntry<Value>(
  around: WriteSurroundings,
  request: Request<Value>,
  value: Value,
): Promise<WriteResult> {
  const checked = await checkValue(request, value);
  const result = await storeWritten(around, request, { value: checked, loadMs: 0, mark: null });
  if (result.state === 'failed' && result.code !== 'unserialisable') {
    await around.invalidator.invalidate(invalidationOf(request.key));
  }
  return result;
}
