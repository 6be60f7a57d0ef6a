import { createHash } from 'node:crypto';
import { NO_OWNER } from './entryFormat.ts';

const MAX_REMEMBERED = 1_000;
const remembered = new Map<string, Buffer>();

/** 8 bytes that stand for an owner in the header of an entry: a guard against mix-ups, not against forgers. */
export function ownerHash(owner: string | number | undefined): Buffer {
  if (owner === undefined) return NO_OWNER;
  const text = String(owner);
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const hash = createHash('sha1').update(text).digest().subarray(0, 8);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(text, hash);
  return hash;
}
