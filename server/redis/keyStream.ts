import type { RedisSettings } from '#server/config/config.ts';
import type { LookupLedger } from './lookupLedger.ts';

/** What one key is. `ttlMs` null = no expiry. `bytes` null = MEMORY USAGE is not permitted here. */
export interface KeyFacts {
  readonly key: Uint8Array;
  readonly ttlMs: number | null;
  readonly type: string;
  readonly bytes: number | null;
}

export interface KeyPage {
  /** `0` = the walk is complete. */
  readonly nextCursor: string;
  readonly keys: readonly KeyFacts[];
  /** Names that SCAN gave but whose key had expired or was removed before it was looked at. */
  readonly goneCount: number;
  /** Names of keys that our user may not read (outside its ACL prefix): counted, never passed on. */
  readonly deniedCount: number;
}

/**
 * Reads keys page by page over a socket of its own, without a promise per command. Look-ups are counted in the ledger,
 * which also holds them back while INFO is read: callers need no gate. Failures reject with `RedisFault`; the next call
 * connects again.
 */
export interface KeyStream {
  /** DBSIZE: keys of the database, expired but not yet removed ones included. */
  keyCount(): Promise<number>;
  /** One SCAN step and, for each key, PTTL, TYPE and MEMORY USAGE: two round trips. Any cursor is allowed. */
  readPage(cursor: string, count: number): Promise<KeyPage>;
  /**
   * Goes on from `cursor` until the walk is complete or `onPage` answers false. The next page is read while `onPage`
   * works, one ahead at most; pause inside `onPage` to go slower.
   */
  walk(options: {
    readonly cursor: string;
    readonly count: number;
    readonly onPage: (page: KeyPage) => boolean | Promise<boolean>;
  }): Promise<void>;
  close(): void;
}

export interface KeyStreamOptions {
  readonly settings: RedisSettings;
  readonly ledger: LookupLedger;
  readonly nowMs: () => number;
}

export function openKeyStream(_options: KeyStreamOptions): KeyStream {
  throw new Error('not built yet');
}
