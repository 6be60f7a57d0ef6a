import type { InvalidationResult } from '#cache/invalidate/invalidation.ts';
import type { Request } from '#cache/keys/policy.ts';
import type { ReadSurroundings } from '#cache/read/readSurroundings.ts';
import type { EntryName } from '#cache/warm/entryName.ts';

/** What verifying works with. */
export interface VerifySurroundings {
  readonly reading: ReadSurroundings;
  /** Aborted when the cache is closed. */
  readonly closing: AbortSignal;
  /** Rejects with `unknownFamily` or `badField`. */
  requestOf(name: EntryName): Promise<Request<unknown>>;
  /** False for a request whose loader is one caller's own: it may not be called later, nor stand for what is stored. */
  isVerifiable(request: Request<unknown>): boolean;
  /** Removes the entry of a whole key here, in Redis and in the other instances. */
  invalidateKey(key: string): Promise<InvalidationResult>;
  /** Resolves after the time or when the signal is aborted, whatever comes first; holds no process. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}
