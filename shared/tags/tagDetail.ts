import type { Reading } from '#shared/reading.ts';
import type { Estimate, Proportion } from '#shared/statistics.ts';
import type { TagFinding } from './tagFinding.ts';
import type { TagSizes } from './tagGrowth.ts';

/** Members of one pattern, of those that were looked at and exist. */
export interface TagPattern {
  readonly pattern: string;
  /** Counted when the whole index was looked at, else scaled from the sample. */
  readonly memberCount: Estimate;
  /** The pattern's hits a second times the share of its keys that carry the tag. */
  readonly hitsPerSecond: Reading<number>;
}

export interface TagMember {
  /** Whole key of the entry, escaped text. */
  readonly key: string;
  readonly pattern: string;
  readonly isThere: boolean;
  /** TTL left, ms; null = it never expires, absent = not read, or the entry is missing. */
  readonly ttlMs?: number | null;
  readonly bytes: number | null;
}

/** What a repair would do to the index of a tag, or why it is not done from here. */
export interface RepairOffer {
  readonly orphans: RepairRule;
  readonly reverse: RepairRule;
  readonly indexTtl: RepairRule;
}

export type RepairRule =
  | { readonly isSafe: true; readonly how: string }
  | { readonly isSafe: false; readonly why: string };

/** One tag whose layout keeps a list of its entries, as its own page shows it. */
export interface TagDetail {
  readonly layout: string;
  readonly layoutName: string;
  readonly tag: string;
  readonly tagKey: string;
  readonly readAtMs: number;
  /** Null where only a walk over what all tags share would tell, and it was not finished. */
  readonly memberCount: number | null;
  /** TTL left of the index, ms; null = none. */
  readonly indexTtlMs: number | null;
  /** Null where many tags share one key. */
  readonly indexBytes: number | null;
  readonly sampledCount: number;
  /** True when every member was looked at: all figures are counted and none is estimated. */
  readonly isWhole: boolean;
  readonly patterns: readonly TagPattern[];
  /** Some of the members that were looked at, missing ones first. */
  readonly members: readonly TagMember[];
  readonly orphans: Proportion | null;
  /** Of the members that exist, as MEMORY USAGE tells. */
  readonly bytes: Estimate | null;
  readonly hitsPerSecond: Reading<number>;
  readonly sizes: TagSizes;
  readonly findings: readonly TagFinding[];
  readonly repair: RepairOffer;
  /** What a purge removes, and what it leaves, in a sentence. */
  readonly purge: string;
  /** What services that hold entries in memory do after a purge, in a sentence. */
  readonly reach: string;
}
