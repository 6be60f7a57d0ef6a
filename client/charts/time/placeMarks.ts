import type { Mark } from '#shared/series.ts';

export interface PlacedMark {
  readonly mark: Mark;
  /** 0-1 from the left end of the plot. */
  readonly ratio: number;
  /** Written out; false where the words of a later mark would cover them. */
  readonly hasText: boolean;
}

/** Share of the plot that the words of a mark take at most, unless it is said. */
export const TEXT_RATIO = 0.25;
/** The same on the plot of a phone, where less than this says nothing; with `LATE_RATIO` words stay within the plot. */
export const NARROW_TEXT_RATIO = 0.4;
/** From here on words stand left of their line. */
export const LATE_RATIO = 0.6;

/** Marks within the plot, oldest first. Of those that stand close the newest is written out: it says how things ended. */
export function placeMarks(
  marks: readonly Mark[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  textRatio = TEXT_RATIO,
): readonly PlacedMark[] {
  const inside = marks.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).sort((a, b) => b.atMs - a.atMs);
  let takenFrom = Number.POSITIVE_INFINITY;
  const placed = inside.map((mark) => {
    const ratio = (mark.atMs - fromMs) / (toMs - fromMs);
    const [from, to] = ratio > LATE_RATIO ? [ratio - textRatio, ratio] : [ratio, ratio + textRatio];
    const hasText = to <= takenFrom;
    if (hasText) takenFrom = from;
    return { mark, ratio, hasText };
  });
  return placed.reverse();
}
