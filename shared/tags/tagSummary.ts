/** One tag of one layout, as the list shows it. */
export interface TagSummary {
  /** Names the layout in requests. */
  readonly layout: string;
  /** The layout as an operator knows it: `Laravel 10 to 13`. */
  readonly layoutName: string;
  /** The tag as an operator knows it, escaped text. */
  readonly tag: string;
  /** Key of the index in Redis, escaped text; names the tag in requests. */
  readonly tagKey: string;
  /** Entries that the index lists; null where the layout keeps no list of them, but a mark by which a tag is invalidated. */
  readonly memberCount: number | null;
  /** TTL left of the index or the mark, ms; null = none. */
  readonly ttlMs: number | null;
  /** Bytes of the index or the mark itself (MEMORY USAGE), not of the entries. */
  readonly indexBytes: number | null;
}

export interface TagList {
  readonly tags: readonly TagSummary[];
  readonly readAtMs: number;
  /** When the last whole walk of the keys ended; null = none has yet. Tags that are younger may be missing. */
  readonly walkEndedAtMs: number | null;
  /** Keys that the walk which goes on, or else the last one, has looked at: steps times COUNT, at most `keyCount`. */
  readonly scannedCount: number;
  /** Keys in the database when that walk began. */
  readonly keyCount: number;
  /** True when a whole walk has ended and found no more tags than are kept: every tag that stood throughout is listed. */
  readonly isComplete: boolean;
  /** True while the walk goes on by itself: asked again, there may be more. */
  readonly isWalking: boolean;
  /** Tags that were found but are too many to list; they have the fewest members. */
  readonly leftOutCount: number;
}
