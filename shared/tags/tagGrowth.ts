/** How many entries the index of a tag listed at earlier walks of the running server, the oldest first; never empty. */
export type TagSizes = readonly { readonly atMs: number; readonly memberCount: number }[];

/** More or fewer entries than when the running server first saw the tag. */
export interface TagGrowth {
  readonly sinceMs: number;
  /** Negative when it shrank. */
  readonly addedCount: number;
}

/** Null while it was seen by one walk only. */
export function growthOf(sizes: TagSizes, nowCount: number | null): TagGrowth | null {
  const [first] = sizes;
  if (first === undefined || sizes.length < 2 || nowCount === null) return null;
  return { sinceMs: first.atMs, addedCount: nowCount - first.memberCount };
}
