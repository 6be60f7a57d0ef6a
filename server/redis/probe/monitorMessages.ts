import type { OwnAddresses } from './ownAddresses.ts';

/** What the scanner tells. Nothing of a line but what is named here leaves it: no value, no other argument. */
export interface MonitorSink {
  /** A service looked up a key, given as `formatKey` writes it. */
  onLookup(keyText: string, isMiss: boolean): void;
  /** One of our own PINGs came by: its number, and the address that Redis sees it come from. */
  onMark(number: number, address: string): void;
  /** Redis answered MONITOR or SUBSCRIBE; an error comes with its text. */
  onReply(error: string | null): void;
}

export interface MonitorCounts {
  readonly lineCount: number;
  readonly byteCount: number;
  readonly lookupCount: number;
  /** Look-ups of our own connections, left out. */
  readonly ownCount: number;
  /** Look-ups in other databases, left out. */
  readonly otherDatabaseCount: number;
  /** Look-ups of keys, and by commands, that are longer than the bounds; left out. */
  readonly tooLongCount: number;
  /** Keys that were missed by a command that is not counted as a look-up here (SORT, SET with GET, modules). */
  readonly unmatchedMissCount: number;
}

export interface MonitorScannerOptions {
  /** The one database whose look-ups are told. */
  readonly database: number;
  readonly ownAddresses: OwnAddresses;
  /** What the argument of our own PINGs begins with; their number follows. */
  readonly mark: string;
  readonly sink: MonitorSink;
}

export const noCounts: MonitorCounts = {
  lineCount: 0,
  byteCount: 0,
  lookupCount: 0,
  ownCount: 0,
  otherDatabaseCount: 0,
  tooLongCount: 0,
  unmatchedMissCount: 0,
};
