/** One step of a curve is one character: a space is a gap, the others are levels that JSON writes as they are. */
const GAP = ' ';
const FIRST_CODE = 0x23;
/** JSON would write a backslash as two. */
const BACKSLASH = 0x5c;
/** 90 steps between 0 and 1; a curve in a row of a table is 20 pixels high. */
const LEVELS = 90;

/** Ratios (0-1) of a curve as text, a character each, to 1/90: ten thousand curves in a page's answer stay under a megabyte. */
export function packRatios(ratios: readonly (number | null)[]): string {
  let text = '';
  for (const ratio of ratios) text += ratio === null ? GAP : levelChar(ratio);
  return text;
}

function levelChar(ratio: number): string {
  const code = FIRST_CODE + Math.round(Math.min(1, Math.max(0, ratio)) * LEVELS);
  return String.fromCharCode(code >= BACKSLASH ? code + 1 : code);
}

/** The ratios again, to 1/90; null is a gap. */
export function unpackRatios(text: string): (number | null)[] {
  return Array.from(text, (char) => {
    if (char === GAP) return null;
    const code = char.charCodeAt(0);
    return ((code > BACKSLASH ? code - 1 : code) - FIRST_CODE) / LEVELS;
  });
}

/** First and last step of the text that is no gap; null when all are. */
export function knownSteps(text: string): { readonly first: number; readonly last: number } | null {
  const last = text.trimEnd().length - 1;
  return last < 0 ? null : { first: text.length - text.trimStart().length, last };
}
