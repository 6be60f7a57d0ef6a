import { changeQueueKeyName } from '#shared/control/changeQueueKeys.ts';
import { DEFAULT_EVENT_STREAM, eventStreamKeys } from '#shared/control/eventStreamKeys.ts';
import { ownKeyName } from '#shared/control/ownKeys.ts';

/**
 * What was given up: declared events that a service could not apply, invalidations that Redis refused again and again, or changes that
 * the source refused (write-behind), of which each declared counter or family has letters of its own.
 */
export const letterQueues = ['events', 'invalidations', 'write-behind'] as const;

export type LetterQueue = (typeof letterQueues)[number];

/** The dead letters of one service, or of one of its counters or families. */
export type LetterStream =
  | { readonly queue: 'events' | 'invalidations'; readonly service: string }
  | { readonly queue: 'write-behind'; readonly service: string; readonly family: string };

/** Which letters of its service these are, in a word or two. */
export function letterQueueText(stream: LetterStream): string {
  return stream.queue === 'write-behind' ? `write-behind of ${stream.family}` : stream.queue;
}

/** What names the letters, without what else is known of them. */
export function letterStreamOf(named: LetterStream): LetterStream {
  const { queue, service } = named;
  return queue === 'write-behind' ? { queue, service, family: named.family } : { queue, service };
}

const OF_EVENTS = eventStreamKeys(DEFAULT_EVENT_STREAM).deadLettersOf('');
const OF_INVALIDATIONS = ownKeyName('', 'dead-letters:invalidations');

/** The stream of events that letters go back to: the one that services share unless they are told otherwise. */
export const REPLAYED_STREAM = DEFAULT_EVENT_STREAM;

/** Key of a stream of letters; `prefix` = start of the key names of its service. */
export function letterStreamKey(stream: LetterStream, prefix: string): string {
  switch (stream.queue) {
    case 'events':
      return `${OF_EVENTS}${stream.service}`;
    case 'invalidations':
      return `${prefix}${OF_INVALIDATIONS}`;
    case 'write-behind':
      return changeQueueKeyName(prefix, stream.family, 'dead-letters');
  }
}

const OF_CHANGES = /(?:^|:)cachescope:\{write-behind:.+\}:dead-letters$/s;

/** True for keys that hold dead letters which are read and changed from here. */
export function isLetterStreamName(name: string): boolean {
  return (
    name.startsWith(OF_EVENTS) ||
    name === OF_INVALIDATIONS ||
    name.endsWith(`:${OF_INVALIDATIONS}`) ||
    OF_CHANGES.test(name)
  );
}

/** Whose letters a key of `letterStreamKey` holds: the service, or the start of its key names where that is all the key tells. */
export function letterStreamOwner(name: string): string {
  if (name.startsWith(OF_EVENTS)) return name.slice(OF_EVENTS.length);
  const own = name.endsWith(OF_INVALIDATIONS)
    ? name.length - OF_INVALIDATIONS.length
    : name.search(OF_CHANGES);
  return (own > 0 ? name.slice(0, own) : name).replace(/:$/, '');
}

/** Globs of the letters of events and of the stream that they go back to, for an ACL line: whole names, since they are of no service. */
export const eventLetterGlobs: readonly string[] = [REPLAYED_STREAM, `${OF_EVENTS}*`];

/** Globs of all others, after the start of the key names of a service. */
export const letterStreamGlobs: readonly string[] = [
  `*${OF_INVALIDATIONS}`,
  `*${changeQueueKeyName('', '*', 'dead-letters')}`,
];
