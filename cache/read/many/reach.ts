import type { Mark } from '#cache/entries/entryStore.ts';
import type { Request } from '#cache/keys/policy.ts';
import type { Loaded } from '../sourceGuard.ts';

/** How a look-up comes to its load: by itself, or together with others. */
export interface Reach<Value> {
  /** Whether a lease is asked for before a load, where the family wants one. */
  readonly takesLeases: boolean;
  /** Taken before the load. Null when Redis does not say: then what is loaded is not stored there. */
  readMark(): Promise<Mark | null>;
  /** Rejects with what the loader threw, `overloaded` or `loadTimeout`. */
  load(request: Request<Value>): Promise<Loaded<Value>>;
}
