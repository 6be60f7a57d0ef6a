import type { Request } from '#cache/keys/policy.ts';
import type { BoundLookup, FamilyLookups } from './familyLookups.ts';
import type { Pointer } from './pointer.ts';
import type { PointerRequest } from './pointerRequest.ts';

export interface FindSurroundings {
  readonly lookups: FamilyLookups;
  lookUp<Value>(request: Request<Value>): Promise<Value>;
  /** Asks the source, and stores nothing. */
  loadAlone<Value>(request: Request<Value>): Promise<Value>;
  /** The value by the fields of the family's own key. */
  follow(pointer: Pointer): Promise<unknown>;
}

/** Times that a pointer is believed: once as it is found, and once as it is after one that was left behind was removed. */
const MOST_ATTEMPTS = 2;

/**
 * The value that the source has under a secondary key; undefined = none. A pointer that leads to a value which is found
 * elsewhere by now is removed, and the source is asked.
 */
export async function findByLookup(
  { lookups, lookUp, loadAlone, follow }: FindSurroundings,
  lookup: BoundLookup,
  request: PointerRequest,
): Promise<unknown> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const pointer = await lookUp(request);
    if (pointer === undefined) return undefined;
    const loaded = lookups.loadedWith(pointer);
    if (loaded !== undefined) return loaded.value;
    const value = await follow(pointer);
    if (await lookups.isAt(lookup, request.key, value)) return value;
    await lookups.remove([request.key]);
  }
  // Others store it as fast as it is removed: this caller gets what the source says, and nothing is stored.
  const pointer = await loadAlone(request);
  return pointer && lookups.loadedWith(pointer)?.value;
}
