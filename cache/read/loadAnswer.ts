export type StaleReason = 'revalidating' | 'loadFailed' | 'loadTimeout' | 'shed';

/** A value that is kept, and may be served as it is or when there is no newer one in time. */
export interface KeptValue<Value> {
  readonly value: Value;
  readonly isNegative: boolean;
  /** The value once more, for another caller. */
  copy(): Value;
}

/** What a look-up got that had to go past what is kept. */
export type LoadAnswer<Value> =
  | { readonly isStale: false; readonly value: Value }
  | { readonly isStale: true; readonly stale: KeptValue<Value>; readonly reason: StaleReason };

/** What became of a loaded value. `dropped`: it has no form, or there was none. */
export type KeepOutcome =
  /** In Redis, or (not `isStored`) in memory alone; `payload` is its serialised form, null for "not found". */
  | { readonly state: 'kept'; readonly payload: Uint8Array | null; readonly isStored: boolean }
  /** Something newer, or an invalidation, came while it was loaded: whoever asked since then must not get it. */
  | { readonly state: 'outdated' }
  | { readonly state: 'dropped' };

export const DROPPED: KeepOutcome = { state: 'dropped' };
