import type { ValueAccess } from '#shared/access/valueAccess.ts';
import type { ValueFormat } from '#shared/look/valueFormat.ts';
import type { Reading } from '#shared/reading.ts';

/** Everything about one key but its value. */
export interface KeyInspection {
  readonly id: string;
  /** As `formatKey` writes it, its start only where `isCut`. */
  readonly text: string;
  readonly isCut: boolean;
  readonly nameBytes: number;
  /** `denied`: outside of what our Redis user may read. */
  readonly state: 'there' | 'missing' | 'denied';
  readonly nodeId: string;
  readonly pattern: KeyPattern;
  /** Null when the key is not there. */
  readonly facts: KeyFacts | null;
  /** Null when the key is not there. */
  readonly tags: Reading<KeyTags> | null;
  /** When the key is itself the index of a tag. */
  readonly indexOf: readonly IndexedTag[];
  readonly valueAccess: ValueAccess;
  readonly readAtMs: number;
}

export interface KeyPattern {
  readonly name: string;
  readonly isDeclared: boolean;
  /** Hit ratio of the pattern over the last minute, 0-1. */
  readonly hitRatio: Reading<number>;
}

export interface KeyFacts {
  /** As TYPE says. */
  readonly type: Reading<string>;
  /** `leftMs` null = no expiry. */
  readonly ttl: Reading<{ readonly leftMs: number | null }>;
  /** MEMORY USAGE: name, value and overhead. */
  readonly bytes: Reading<number>;
  readonly encoding: Reading<string>;
  readonly use: Reading<KeyUse>;
  readonly length: Reading<{ readonly count: number; readonly unit: LengthUnit }>;
  /** Null for those who may not have the first bytes of a value read. */
  readonly content: Reading<KeyContent> | null;
  /** This look made the key look used just now, as this Redis knows no CLIENT NO-TOUCH. */
  readonly isTouched: boolean;
}

export type LengthUnit = 'bytes' | 'fields' | 'elements' | 'members' | 'entries';

/** `isOurs`: nothing that we can tell from our own reading used it after that. */
export type KeyUse =
  | { readonly kind: 'idle'; readonly idleMs: number; readonly isOurs: boolean }
  | { readonly kind: 'frequency'; readonly frequency: number };

/** What the first bytes of a string say of it. */
export interface KeyContent {
  readonly format: ValueFormat;
  readonly confidence: FormatConfidence;
  /** The header of an entry of cachescope/cache, whose payload then has the format; null = it is none. */
  readonly entry: EntryFacts | null;
}

/** `certain`: by bytes that nothing else begins with, or all of the value; `guess`: it may be something else. */
export type FormatConfidence = 'certain' | 'likely' | 'guess';

/** The header of an entry of our library. Times are of the service's clock, epoch ms. */
export interface EntryFacts {
  /** `markedStale`: by an invalidation, whatever its time says. */
  readonly freshness: 'fresh' | 'stale' | 'markedStale';
  /** It says that the source has no such thing. */
  readonly isNegative: boolean;
  readonly softExpiryAtMs: number;
  readonly storedAtMs: number;
  readonly loadMs: number;
  /** Null = not versioned. */
  readonly version: number | null;
  /** Hex digits of a hash of the owner; null = nobody's in particular. */
  readonly ownerHash: string | null;
}

export interface IndexedTag {
  readonly layoutName: string;
  /** As `formatKey` writes it. */
  readonly tag: string;
}

export interface KeyTag extends IndexedTag {
  /** Keys that the tag's index lists; null = the index is gone, so that the key is not found by this tag. */
  readonly memberCount: number | null;
}

export interface KeyTags {
  readonly tags: readonly KeyTag[];
  /** The key carries more than are listed. */
  readonly isCut: boolean;
  /** Layouts of tags that keep no list of an entry's tags, so that the key alone does not tell them. */
  readonly untoldLayouts: readonly string[];
}
