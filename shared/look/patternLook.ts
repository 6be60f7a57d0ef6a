import type { Reading } from '#shared/reading.ts';
import type { Proportion } from '#shared/statistics.ts';
import type { ValueFormat } from './valueFormat.ts';

/** Keys of one pattern that one look asks for when they were last used, at most: +-10 points at worst (95 %). */
export const LOOK_KEY_COUNT = 100;
/** Keys of them whose first bytes are read. */
export const LOOK_VALUE_COUNT = 20;
/** First bytes of a value: the header of an entry of our library (40), and 32 of what follows. */
export const LOOK_VALUE_BYTES = 72;
/** Bytes of a value that begins as a JSON object, for the names of its fields; longer ones stay without. */
export const LOOK_SHAPE_BYTES = 4_096;
/** A look this old is the same look for all viewers. */
export const LOOK_SHARED_MS = 60_000;

/** Values of one kind among those that were looked at. */
export interface FormatShare {
  /** As TYPE says. */
  readonly type: string;
  /** Null for all types but `string`, of which nothing is read. */
  readonly format: ValueFormat | null;
  readonly isLibraryEntry: boolean;
  readonly count: number;
}

/** JSON objects with the same names of fields at their top. The names themselves stay on the server. */
export interface JsonShape {
  /** 8 hex digits of the SHA-256 of the sorted names: the same set of fields, the same digits. */
  readonly hash: string;
  readonly fieldCount: number;
  readonly count: number;
}

export interface FormatMix {
  readonly sampledCount: number;
  /** Most frequent first. */
  readonly shares: readonly FormatShare[];
  readonly shapes: readonly JsonShape[];
  /** JSON objects longer than `LOOK_SHAPE_BYTES`, whose fields were not looked at. */
  readonly unshapedCount: number;
}

/** Keys that nobody has read since they were written, among those of which it can be told. */
export interface NeverRead {
  /** Under LRU by idle time against age; under LFU by a use counter that is still at its start, which seldom read keys fall back to. */
  readonly basis: 'idleTime' | 'frequency';
  readonly neverReadCount: number;
  readonly judgedCount: number;
  readonly share: Proportion;
  /** Keys that were left out, by why. */
  readonly unknownAgeCount: number;
  readonly youngCount: number;
  /** Last used by a look of ours, so that their idle time says nothing. */
  readonly touchedCount: number;
}

/** Time since keys were last used, read or written. */
export interface IdleTimes {
  readonly sampledCount: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
}

/** TTLs that keys were given when they were written. */
export interface TtlAtSet {
  readonly sampledCount: number;
  readonly minMs: number;
  readonly p50Ms: number;
  readonly maxMs: number;
  /** Of it, how long the entries are fresh (median); null where none says. The rest serves stale ones in bad times. */
  readonly freshP50Ms: number | null;
}

/** What one look at some keys of a pattern found; asked for by a person, never by itself. */
export interface PatternLook {
  /** Keys that were asked for. */
  readonly keyCount: number;
  /** Of them: expired or removed since the sample. */
  readonly goneCount: number;
  /** Of them: outside of what our Redis user may read. */
  readonly deniedCount: number;
  /** Our own look-ups, which Redis counted as hits or misses and which are subtracted. */
  readonly lookupCount: number;
  /** Reading values made their keys look used just now, as this Redis knows no CLIENT NO-TOUCH. */
  readonly isTouching: boolean;
  readonly formats: Reading<FormatMix>;
  readonly neverRead: Reading<NeverRead>;
  readonly idle: Reading<IdleTimes>;
  /** By the time in the header of our library's entries. */
  readonly ttlAtSet: Reading<TtlAtSet>;
}
