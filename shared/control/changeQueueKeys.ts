import { ownKeyName } from './ownKeys.ts';

/**
 * Name of a key of the queue in which changes of a declared counter or family wait for the source (cache/writeBehind/queue/changeKeys.ts
 * lists them). The hash tag keeps all of one queue in one slot of a Cluster.
 */
export function changeQueueKeyName(prefix: string, family: string, part: string): string {
  return ownKeyName(prefix, `${changeSlotTag(family)}:${part}`);
}

export function changeSlotTag(family: string): string {
  return `{write-behind:${family}}`;
}
