import type { ValueAccess } from '#shared/access/valueAccess.ts';
import type { LetterStream } from './letterStreams.ts';

/** One event, invalidation or change for the source that was given up, without what it carries. Null = the letter does not tell. */
export interface DeadLetter {
  /** Of its entry in the stream of letters. */
  readonly id: string;
  /** The event's name; of an invalidation its kind: `tag`, `key`, `pattern` or `version`; of a change its key, without the prefix. */
  readonly event: string;
  /** Who published it, or what asked for the invalidation. */
  readonly source: string | null;
  readonly publishedAtMs: number | null;
  /** When it was given up, by the clock of Redis. */
  readonly buriedAtMs: number;
  /** How often it was tried. */
  readonly deliveries: number | null;
  /** Redacted. */
  readonly reason: string;
  readonly payloadBytes: number | null;
}

/** How many letters a service has. */
export type LetterCount = LetterStream & {
  /** Null = it cannot be read. */
  readonly count: number | null;
  /** Why not; empty when it is known. */
  readonly whyUnknown: string;
};

/** A page of the letters of one service, the newest first. */
export interface LetterPage {
  readonly streams: readonly LetterCount[];
  /** Whose letters these are; null = no service is known. */
  readonly chosen: LetterStream | null;
  readonly letters: readonly DeadLetter[];
  /** The id to go on before; null = these were the last. */
  readonly next: string | null;
  readonly readAtMs: number;
}

/** A page as whoever asked for it may use it. */
export interface LetterAnswer extends LetterPage {
  /** To what the letters carry. */
  readonly valueAccess: ValueAccess;
}

/** What a letter carries, redacted. */
export interface LetterPayload {
  readonly id: string;
  readonly text: string;
  readonly redactedCount: number;
  readonly isCut: boolean;
  /** Why nothing is shown; empty otherwise. */
  readonly note: string;
}

/** Letters of a page. */
export const LETTERS_PER_PAGE = 50;

/** A stream id, as Redis writes it. */
export const LETTER_ID = /^\d{1,20}-\d{1,20}$/;
