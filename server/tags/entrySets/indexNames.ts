/**
 * Where everything of one tag stands, of a layout that keeps the entries of each tag in a set or a sorted set. Bytes
 * spelled as latin1. A member with `entryPrefix` before it is the key of an entry.
 */
export interface IndexNames {
  readonly tag: string;
  readonly entryPrefix: string;
  /** The set of the tags that an entry carries; null = the layout keeps none, and other tags keep the removed member. */
  readonly reverse: ReverseNames | null;
  /** Sets of all entries, which hold members as the index does. */
  readonly memberLists: readonly string[];
  /** The set of all tags; null = there is none. */
  readonly tagList: string | null;
}

export interface ReverseNames {
  /** Before a member: the key of the set of its tags. */
  readonly prefix: string;
  /** Before a tag of that set: the key of its index. */
  readonly indexPrefix: string;
}

/** Names of a layout that keeps nothing besides the index. */
export function plainNames(tag: string, entryPrefix: string): IndexNames {
  return { tag, entryPrefix, reverse: null, memberLists: [], tagList: null };
}
