import type { Reading } from '#shared/reading.ts';
import type { Estimate, Proportion } from '#shared/statistics.ts';
import type { TagFindingSign } from './tagFinding.ts';
import type { TagGrowth } from './tagGrowth.ts';

/** What a look at a sample of a tag's members found, as the list carries it. */
export interface TagHealth {
  readonly lookedAtMs: number;
  readonly sampledCount: number;
  /** Members that no entry stands behind; `low` and `high` are the share itself when every member was looked at. */
  readonly orphans: Proportion | null;
  /** Of its entries, as MEMORY USAGE tells of the sample. */
  readonly bytes: Estimate | null;
  readonly findings: readonly TagFindingSign[];
  /** Hits that Redis answers by entries of the tag. */
  readonly hitsPerSecond: Reading<number>;
}

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
  /** Null while nobody has looked at its members yet, and where no list of them is kept. */
  readonly health: TagHealth | null;
  /** Since the running server first saw it; null after one walk only. */
  readonly growth: TagGrowth | null;
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
  /** True while members of these tags are looked at behind the list: asked again, more of it has a `health`. */
  readonly isLooking: boolean;
  /** Tags that were found but are too many to list; they have the fewest members. */
  readonly leftOutCount: number;
}
