import type { CacheErrorCode } from '#cache/cacheError.ts';
import type { CacheEvents } from './cacheEvents.ts';

/** Why a Redis that answers takes no writes. */
export const writeRefusals = ['outOfMemory', 'readOnly'] as const satisfies readonly CacheErrorCode[];

export type WriteRefusal = (typeof writeRefusals)[number];

/**
 * How long a refusal counts, ms. Only time ends it: a Redis at its limit takes one write and refuses the next, and of a Cluster one
 * node may be full. Ours.
 */
const REFUSAL_COUNTS_MS = 10_000;

/** The code as a refusal of writes; null when it is another failure. */
export function asWriteRefusal(code: CacheErrorCode): WriteRefusal | null {
  return writeRefusals.find((refusal) => refusal === code) ?? null;
}

/** Whether Redis has refused writes lately. */
export class RefusedWrites {
  readonly #clock: () => number;
  #last: { readonly reason: WriteRefusal; readonly atMs: number } | null = null;

  constructor(events: CacheEvents, clock: () => number) {
    this.#clock = clock;
    events.on('fallback', ({ code }) => {
      const reason = asWriteRefusal(code);
      if (reason !== null) this.#last = { reason, atMs: clock() };
    });
  }

  /** Why it refused the last of them; null = it refused none in the last 10 s. */
  get reason(): WriteRefusal | null {
    if (this.#last === null) return null;
    return this.#clock() - this.#last.atMs < REFUSAL_COUNTS_MS ? this.#last.reason : null;
  }
}
