import { createHash } from 'node:crypto';

const HASH_DIGITS = 8;

/** The set of names at the top of a JSON object, as a hash; null for any other text. Values are not looked at. */
export function jsonShape(
  payload: Uint8Array,
): { readonly hash: string; readonly fieldCount: number } | null {
  const value = parsed(payload);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const names = Object.keys(value).sort();
  const hash = createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, HASH_DIGITS);
  return { hash, fieldCount: names.length };
}

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return null;
  }
}
