import type { BesideKeeper, Policy, Request } from '#cache/keys/policy.ts';
import type { Pointer } from './pointer.ts';

/** What one call adds to the requests for secondary keys that it makes. */
export interface PointerCall {
  /** How long the entry is fresh, ms, before jitter. */
  readonly ttlMs: number;
  /** Of the call; that of the family follows from fields that a secondary key does not have. */
  readonly owner: Buffer;
  readonly waitTimeoutMs: number | undefined;
}

export interface PointerSource {
  readonly key: string;
  readonly policy: Policy<Pointer | undefined>;
  /** Loads the value, and remembers it under the pointer that it gives. */
  load(signal: AbortSignal, doubt: () => void): Promise<Pointer | undefined>;
  keepBeside(pointer: Pointer | undefined, keep: BesideKeeper): Promise<unknown>;
}

/** A request for the entry under a secondary key. */
export class PointerRequest implements Request<Pointer | undefined> {
  readonly key: string;
  readonly policy: Policy<Pointer | undefined>;
  readonly ttlMs: number;
  readonly owner: Buffer;
  readonly waitTimeoutMs: number | undefined;
  readonly isRepeatable = false;
  readonly hasTags = false;
  readonly #source: PointerSource;

  constructor(source: PointerSource, call: PointerCall) {
    this.key = source.key;
    this.policy = source.policy;
    this.ttlMs = call.ttlMs;
    this.owner = call.owner;
    this.waitTimeoutMs = call.waitTimeoutMs;
    this.#source = source;
  }

  load(signal: AbortSignal, doubt: () => void): Promise<Pointer | undefined> {
    return this.#source.load(signal, doubt);
  }

  tagsOf(): null {
    return null;
  }

  versionOf(): number {
    return 0;
  }

  keepBeside(pointer: Pointer | undefined, keep: BesideKeeper): Promise<unknown> {
    return this.#source.keepBeside(pointer, keep);
  }
}
