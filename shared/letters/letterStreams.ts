import { DEFAULT_EVENT_STREAM, eventStreamKeys } from '#shared/control/eventStreamKeys.ts';
import { ownKeyName } from '#shared/control/ownKeys.ts';

/**
 * What was given up: declared events that a service could not apply, or invalidations that Redis refused again and again. Changes for
 * the source (write-behind) have letters of their own, which are counted only: to write them is the service's work.
 */
export const letterQueues = ['events', 'invalidations'] as const;

export type LetterQueue = (typeof letterQueues)[number];

/** The dead letters of one service. */
export interface LetterStream {
  readonly queue: LetterQueue;
  readonly service: string;
}

const OF_EVENTS = eventStreamKeys(DEFAULT_EVENT_STREAM).deadLettersOf('');
const OF_INVALIDATIONS = ownKeyName('', 'dead-letters:invalidations');

/** The stream of events that letters go back to: the one that services share unless they are told otherwise. */
export const REPLAYED_STREAM = DEFAULT_EVENT_STREAM;

/** Key of a stream of letters; `prefix` = start of the key names of its service. */
export function letterStreamKey({ queue, service }: LetterStream, prefix: string): string {
  return queue === 'events' ? `${OF_EVENTS}${service}` : `${prefix}${OF_INVALIDATIONS}`;
}

/** True for keys that hold dead letters which are read and changed from here. */
export function isLetterStreamName(name: string): boolean {
  return name.startsWith(OF_EVENTS) || name === OF_INVALIDATIONS || name.endsWith(`:${OF_INVALIDATIONS}`);
}

/** Globs of their keys, and of the stream that they go back to, for an ACL line. */
export const letterStreamGlobs: readonly string[] = [
  REPLAYED_STREAM,
  `${OF_EVENTS}*`,
  `*${OF_INVALIDATIONS}`,
];
