import type { StandardSchema } from '#cache/validate/standardSchema.ts';

/** How entries of one kind are kept, refreshed and judged. The same for all keys of a family. */
export interface Policy<Value> {
  /** Full name of the pattern, the label of its metrics. */
  readonly pattern: string;
  readonly jitterRatio: number;
  /** How long past its freshness an entry is kept, to be served when the source fails or is slow, ms. */
  readonly staleMs: number;
  /** Old values are served at once while one refresh runs. */
  readonly isStaleWhileRevalidate: boolean;
  /** How long "the source has no such thing" is kept, ms; null = not at all. */
  readonly negativeTtlMs: number | null;
  /** Share of the life, 0-1, after which a read refreshes the entry in the background; null = never. */
  readonly refreshAheadRatio: number | null;
  /** XFetch's beta; null = no early refresh. */
  readonly earlyRefreshBeta: number | null;
  /** Longest load, ms. */
  readonly loadTimeoutMs: number;
  /** With an old value at hand, how long a caller waits for a load, ms; null = to its end. */
  readonly serveStaleAfterMs: number | null;
  /** One load for the misses of all instances. */
  readonly isLeased: boolean;
  /** Whether L1 may hold it, where there is one. */
  readonly isInL1: boolean;
  readonly schema: StandardSchema<Value> | undefined;
}

/** One call's wish for one key: the policy of its kind, and what the call adds. */
export interface Request<Value> {
  /** Whole name in Redis. */
  readonly key: string;
  readonly policy: Policy<Value>;
  /** How long the entry is fresh, ms, before jitter. */
  readonly ttlMs: number;
  /** Who alone may see the entry (`ownerHash`). */
  readonly owner: Buffer;
  /** How long this caller waits, ms; undefined = as long as it takes. */
  readonly waitTimeoutMs: number | undefined;
  /** False = its loader is one caller's own: it stands for nothing but this call. */
  readonly isRepeatable: boolean;
  /** False = entries of this kind never have tags. */
  readonly hasTags: boolean;
  /** `doubt` is called when what it gives may lack a change that is on its way to the source. */
  load(signal: AbortSignal, doubt: () => void): Promise<Value>;
  /** Null where `hasTags` is false. Throws `tooManyTags`, and what the caller's rule throws. */
  tagsOf(value: Value): readonly string[] | null;
  /** Version in the source; 0 = not versioned. */
  versionOf(value: Value): number;
  /** Keeps what goes with a loaded value under other keys. Absent = nothing does. */
  keepBeside?(value: Value, keep: BesideKeeper): Promise<unknown>;
}

/** Stores an entry beside the one that was loaded, under the same mark. Never rejects. */
export type BesideKeeper = <Value>(request: Request<Value>, value: Value) => Promise<unknown>;
