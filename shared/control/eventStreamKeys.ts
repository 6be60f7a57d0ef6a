import { ownKeyName } from './ownKeys.ts';

/** The stream that producers and consumers share unless told otherwise; of no service, so without a prefix. */
export const DEFAULT_EVENT_STREAM = ownKeyName('', 'events');

export interface EventStreamKeys {
  /** STREAM of envelopes. */
  readonly stream: string;
  /** Number of envelopes ever added: what `seq` counts. */
  readonly counter: string;
  /** HASH: what a consumer group has been given and has finished. */
  ledgerOf(group: string): string;
  /** STREAM of envelopes that a group could not apply, with the reason. */
  deadLettersOf(group: string): string;
}

/** The keys of a stream, which share one slot of a Cluster: that of its hash tag, or else of its whole name. */
export function eventStreamKeys(stream: string): EventStreamKeys {
  const tagged = /\{[^{}]+\}/.test(stream) ? stream : `{${stream}}`;
  const name = (rest: string): string => ownKeyName('', `${tagged}:${rest}`);
  return {
    stream,
    counter: name('seq'),
    ledgerOf: (group) => name(`group:${group}`),
    deadLettersOf: (group) => name(`dead-letters:${group}`),
  };
}
