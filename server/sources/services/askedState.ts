import type { InstanceSnapshot } from '#shared/control/instanceSnapshot.ts';

/** What an instance said of itself when it was asked, or why it did not. */
export interface AskedState {
  /** Of its snapshot in Redis. */
  readonly key: string;
  /** Where it was asked, as it may be shown. */
  readonly address: string;
  /** Null = it did not say. */
  readonly snapshot: InstanceSnapshot | null;
  /** For an operator; empty when it said. */
  readonly why: string;
}
