import { formatCount } from '#client/lib/formatNumber.ts';
import type { LetterPage } from '#shared/letters/deadLetter.ts';
import { type LetterStream, letterQueueText, letterStreamOf } from '#shared/letters/letterStreams.ts';

export interface StreamChoice {
  readonly value: string;
  readonly text: string;
  readonly stream: LetterStream;
}

/** Whose letters can be looked at, those that have the most first. What cannot be counted cannot be listed either (`unreadStreams`). */
export function streamChoices({ streams }: Pick<LetterPage, 'streams'>): readonly StreamChoice[] {
  return streams
    .flatMap((one) => (one.count === null ? [] : [{ ...one, count: one.count }]))
    .toSorted((a, b) => b.count - a.count)
    .map((one) => ({
      value: nameOf(one),
      text: `${nameOf(one)} (${formatCount(one.count)})`,
      stream: letterStreamOf(one),
    }));
}

/** Whose letters are not known, by the reason. */
export function unreadStreams({
  streams,
}: Pick<LetterPage, 'streams'>): readonly { readonly names: readonly string[]; readonly why: string }[] {
  const namesByWhy = new Map<string, string[]>();
  for (const one of streams) {
    if (one.count !== null) continue;
    const names = namesByWhy.get(one.whyUnknown);
    if (names === undefined) namesByWhy.set(one.whyUnknown, [nameOf(one)]);
    else names.push(nameOf(one));
  }
  return [...namesByWhy].map(([why, names]) => ({ why, names }));
}

function nameOf(stream: LetterStream): string {
  return `${stream.service}, ${letterQueueText(stream)}`;
}
