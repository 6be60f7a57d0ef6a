import type { Request } from '#cache/keys/policy.ts';
import type { ReadSurroundings } from '#cache/read/readSurroundings.ts';
import type { EntryName } from './entryName.ts';

/** What warming works with. */
export interface WarmSurroundings {
  readonly reading: ReadSurroundings;
  /** Aborted when the cache is closed. */
  readonly closing: AbortSignal;
  /** Rejects with `unknownFamily` or `badField`. */
  requestOf(name: EntryName): Promise<Request<unknown>>;
  /** Resolves after the time or when the signal is aborted, whatever comes first; holds no process. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}
