import { type InstanceSnapshot, readInstanceSnapshot } from './instanceSnapshot.ts';
import { parseMessage } from './messagePart.ts';
import { ownKeyName } from './ownKeys.ts';
import { readWarmPreview, type WarmPreview } from './warmPreview.ts';

/**
 * `accepted` and `progressed` are followed by one of the others. `refused`: nothing was done, as it may not be; `failed`: it was
 * tried; `unsupported`: this release does not know the command.
 */
export const answerStates = ['accepted', 'progressed', 'done', 'failed', 'refused', 'unsupported'] as const;

/** What an instance says to a command: JSON in the field `body` of an entry of the stream `answersKey`. */
export interface ControlAnswer {
  /** Version of this format. */
  readonly v: 1;
  /** Of the command. */
  readonly id: string;
  readonly from: string;
  /** Release of the service. */
  readonly version: string;
  readonly atMs: number;
  readonly state: (typeof answerStates)[number];
  /** One word, for programs: a code of the cache, the end of a run of a warmer, or why it was refused; empty when there is nothing to say. */
  readonly reason: string;
  /** A sentence, for people. */
  readonly text: string;
  /** Entries that a warmer has behind it, and all that it will go through; null = not about that. */
  readonly doneCount: number | null;
  readonly plannedCount: number | null;
  /** Of those behind it at its end: not loaded, as somebody else was at it, the source had no room, or it failed; null = not told. */
  readonly leftCount: number | null;
  /** Of `warm.preview` that is done; else null. */
  readonly preview: WarmPreview | null;
  /** Of `state.read` that is done; else null. */
  readonly snapshot: InstanceSnapshot | null;
}

/** Key of the stream of answers. Commands that no living instance took have none. */
export function answersKey(prefix: string): string {
  return ownKeyName(prefix, 'answers');
}

/** Null when the text is no answer, or one of a later format. */
export function parseAnswer(body: string): ControlAnswer | null {
  return parseMessage(body, (part) => ({
    v: part.version(1),
    id: part.text('id'),
    from: part.text('from'),
    version: part.text('version'),
    atMs: part.number('atMs'),
    state: part.one('state', answerStates),
    reason: part.text('reason'),
    text: part.text('text'),
    doneCount: part.nullable('doneCount', (name) => part.number(name)),
    plannedCount: part.nullable('plannedCount', (name) => part.number(name)),
    leftCount: part.nullable('leftCount', (name) => part.number(name)),
    preview: part.nullable('preview', (name) => part.part(name, readWarmPreview)),
    snapshot: part.nullable('snapshot', (name) => part.part(name, readInstanceSnapshot)),
  }));
}
