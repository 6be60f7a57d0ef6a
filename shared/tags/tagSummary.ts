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
  readonly memberCount: number;
  /** TTL left of the index, ms; null = none. */
  readonly ttlMs: number | null;
  /** Bytes of the index itself (MEMORY USAGE), not of the members. */
  readonly indexBytes: number | null;
}

export interface TagList {
  readonly tags: readonly TagSummary[];
  readonly readAtMs: number;
  /** Keys that SCAN has looked at: calls times COUNT, at most DBSIZE. SCAN with MATCH does not say it exactly. */
  readonly scannedCount: number;
  /** False when the budget ended the scan: there may be more tags than were found. */
  readonly isComplete: boolean;
  /** Tags that were found but are too many to list; they have the fewest members. */
  readonly leftOutCount: number;
}
