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
  /** `stream` = the stream of events that they were read from, and go back to. */
  | { readonly queue: 'events'; readonly service: string; readonly stream: string }
  | { readonly queue: 'invalidations'; readonly service: string }
  | { readonly queue: 'write-behind'; readonly service: string; readonly family: string };

/** Which letters of its service these are, in a word or two. */
export function letterQueueText(stream: LetterStream): string {
  switch (stream.queue) {
    case 'events':
      return stream.stream === DEFAULT_EVENT_STREAM ? 'events' : `events of ${stream.stream}`;
    case 'invalidations':
      return 'invalidations';
    case 'write-behind':
      return `write-behind of ${stream.family}`;
  }
}

/** What names the letters, without what else is known of them. */
export function letterStreamOf(named: LetterStream): LetterStream {
  const { service } = named;
  switch (named.queue) {
    case 'events':
      return { queue: 'events', service, stream: named.stream };
    case 'invalidations':
      return { queue: 'invalidations', service };
    case 'write-behind':
      return { queue: 'write-behind', service, family: named.family };
  }
}

const OF_INVALIDATIONS = ownKeyName('', 'dead-letters:invalidations');

/** Key of a stream of letters; `prefix` = start of the key names of its service. */
export function letterStreamKey(stream: LetterStream, prefix: string): string {
  switch (stream.queue) {
    case 'events':
      return eventStreamKeys(stream.stream).deadLettersOf(stream.service);
    case 'invalidations':
      return `${prefix}${OF_INVALIDATIONS}`;
    case 'write-behind':
      return changeQueueKeyName(prefix, stream.family, 'dead-letters');
  }
}

const OF_CHANGES = /(?:^|:)cachescope:\{write-behind:.+\}:dead-letters$/s;

/** True for keys that hold dead letters which are read and changed from here; `eventStreams` = the streams of events that this is told of. */
export function isLetterStreamName(name: string, eventStreams: readonly string[]): boolean {
  return (
    eventStreams.some((stream) => name.startsWith(eventStreamKeys(stream).deadLettersOf(''))) ||
    name === OF_INVALIDATIONS ||
    name.endsWith(`:${OF_INVALIDATIONS}`) ||
    OF_CHANGES.test(name)
  );
}

/** The start of the key of letters of any stream of events: its name has a hash tag, of its own or ours. */
const OF_EVENTS = /^cachescope:.*?\{[^{}]+\}.*?:dead-letters:/s;

/** Whose letters a key of `letterStreamKey` holds: the service, or the start of its key names where that is all the key tells. */
export function letterStreamOwner(name: string): string {
  const ofEvents = OF_EVENTS.exec(name);
  if (ofEvents !== null) return name.slice(ofEvents[0].length);
  const own = name.endsWith(OF_INVALIDATIONS)
    ? name.length - OF_INVALIDATIONS.length
    : name.search(OF_CHANGES);
  return (own > 0 ? name.slice(0, own) : name).replace(/:$/, '');
}

/**
 * Globs of the letters of events and of the streams that they go back to, for an ACL line: whole names, since they are of no service.
 * `eventStreams` are taken as they are, so that what is special in a glob must be escaped.
 */
export function eventLetterGlobs(eventStreams: readonly string[]): readonly string[] {
  return eventStreams.flatMap((stream) => [stream, eventStreamKeys(stream).deadLettersOf('*')]);
}

/** Globs of all others, after the start of the key names of a service. */
export const letterStreamGlobs: readonly string[] = [
  `*${OF_INVALIDATIONS}`,
  `*${changeQueueKeyName('', '*', 'dead-letters')}`,
];
