import { changeQueueKeyName, changeSlotTag } from '#shared/control/changeQueueKeys.ts';

/** Where the changes of one declared counter or family lie in Redis. A hash tag keeps them in one slot of a Cluster. */
export interface ChangeKeys {
  /** Stream of the changes that the source has not got: `k` key, `f` fields as JSON, `p` amount or value. */
  readonly queue: string;
  /** Hash by key: the sum of the queued amounts, or id and bytes of the last queued value. */
  readonly pending: string;
  /** Hash by key: in how many batches under way to the source it is. */
  readonly inFlight: string;
  /** Who flushes now. */
  readonly lease: string;
  readonly deadLetters: string;
  /** Hash by key: the marker of a load that may still become the counter. */
  readonly loading: string;
  /** Bitmap: which calls of one instance Redis has taken. */
  calls(name: string): string;
}

/** A prefix with a hash tag keeps all keys of the service in one slot already. */
const HASH_TAG = /\{[^}]+\}/;

export function changeKeys(prefix: string, name: string): ChangeKeys {
  const base = changeQueueKeyName(prefix, name, '');
  return {
    queue: `${base}queue`,
    pending: `${base}pending`,
    inFlight: `${base}in-flight`,
    lease: `${base}lease`,
    deadLetters: `${base}dead-letters`,
    loading: `${base}loading`,
    calls: (call) => `${base}calls:${call}`,
  };
}

/** What begins the names of a declared counter's own keys: `shop:`, or in a Cluster what puts them beside its queue. */
export function counterPrefix(prefix: string, name: string, isCluster: boolean): string {
  return spansSlots(prefix, isCluster) ? `${prefix}${changeSlotTag(name)}:` : prefix;
}

/** True where entries lie in other slots than the queue. */
export function spansSlots(prefix: string, isCluster: boolean): boolean {
  return isCluster && !HASH_TAG.test(prefix);
}
