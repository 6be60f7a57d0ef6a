import { formatCount } from '#client/lib/formatNumber.ts';
import type { LetterPage } from '#shared/letters/deadLetter.ts';
import { type LetterStream, letterQueueText, letterStreamOf } from '#shared/letters/letterStreams.ts';

export interface StreamChoice {
  readonly value: string;
  readonly text: string;
  readonly stream: LetterStream;
}

/** Whose letters can be looked at: those that have any first. What cannot be counted says so. */
export function streamChoices({ streams }: Pick<LetterPage, 'streams'>): readonly StreamChoice[] {
  return streams
    .toSorted((a, b) => (b.count ?? 0.5) - (a.count ?? 0.5))
    .map((one) => ({
      value: `${one.service} ${letterQueueText(one)}`,
      text: `${one.service}, ${letterQueueText(one)} (${one.count === null ? 'not known' : formatCount(one.count)})`,
      stream: letterStreamOf(one),
    }));
}
