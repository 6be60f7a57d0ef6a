/** A key that a search found, with what tells it apart. Null = not known; `WhyUnknown` of the page says why. */
export interface FoundKey {
  /** Names the key to this server, and nobody else, until it restarts: addresses carry it in place of the name. */
  readonly id: string;
  /** As `formatKey` writes it, its start only where `isCut`. */
  readonly text: string;
  readonly isCut: boolean;
  readonly nameBytes: number;
  readonly pattern: string;
  readonly type: string | null;
  /** `leftMs` null = no expiry. */
  readonly ttl: { readonly leftMs: number | null } | null;
  /** MEMORY USAGE. */
  readonly bytes: number | null;
}

/** Why a fact is not known of any key: a sentence with the ACL word to add. Null = it is known. */
export interface WhyUnknown {
  readonly type: string | null;
  readonly ttl: string | null;
  readonly bytes: string | null;
}

/** How far a search by a glob has come. */
export interface KeyWalk {
  /** What was sent to Redis, as `formatGlob` writes it. */
  readonly glob: string;
  /** Goes on with the search; null = every key was looked at. */
  readonly cursor: string | null;
  /** Share of the keys looked at since the search began, 0-1, by the place of the cursor; null where that does not tell it. */
  readonly walkedRatio: number | null;
  /** Keys of the database. */
  readonly keyCount: number;
  /** What the rest takes at the pace that Redis does not feel; null = not known. */
  readonly remainingMs: number | null;
}

/** What one call of a search found. */
export interface FoundKeys {
  readonly keys: readonly FoundKey[];
  /** Null for a whole key, which is asked for and not searched. */
  readonly walk: KeyWalk | null;
  /** Names that SCAN gave and whose keys had gone when they were looked at. */
  readonly goneCount: number;
  /** Names outside of what our Redis user may read: counted, never passed on. */
  readonly deniedCount: number;
  readonly whyUnknown: WhyUnknown;
  readonly readAtMs: number;
}

/** Bytes of a name that are shown; longer ones are cut. */
export const SHOWN_NAME_BYTES = 1_024;
