import { CacheError } from '#cache/cacheError.ts';
import type { InvalidationMode } from '#cache/entries/entryStore.ts';
import type { StandardSchema } from '#cache/validate/standardSchema.ts';
import type { FamilyKey } from './keyNames.ts';

/** What an event makes old. */
export interface EventTargets {
  /** Keys without the service's prefix, or of a family: `keyOf.product({ id })`. */
  readonly keys?: readonly (string | FamilyKey)[];
  readonly tags?: readonly string[];
  /** `*` stands for any text; SCAN over the whole keyspace, so prefer tags. */
  readonly patterns?: readonly string[];
  /** `soft` keeps serving the old values while they are refreshed. @default 'hard' */
  readonly mode?: InvalidationMode;
}

/** What a service knows of a kind of event. */
export interface EventContract<Payload> {
  /** Checks a payload before it is published and after it has arrived. It must accept its own output. */
  readonly schema?: StandardSchema<Payload>;
  /**
   * What the service must no longer serve once it has happened; without it the service only publishes the event. Pure: it may
   * run more than once for one event, on any instance. What it throws is a failed event.
   */
  invalidates?(payload: Payload): EventTargets;
}

export type EventContracts = Readonly<Record<string, EventContract<unknown>>>;

export type PayloadOf<Contract> = Contract extends EventContract<infer Payload> ? Payload : never;

/**
 * Declares a kind of event. The payload's type comes from the schema, or is said: `event<{ id: number }>({ ... })`.
 * Throws `badOptions`.
 */
export function event<Payload>(contract: EventContract<Payload>): EventContract<Payload> {
  if (contract.invalidates !== undefined && typeof contract.invalidates !== 'function') {
    throw new CacheError('badOptions', 'invalidates must be a function of the payload.');
  }
  return contract;
}
