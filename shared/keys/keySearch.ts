/** How the text of a search names keys: one whole key, a glob as Redis reads it, or a pattern as the page names it. */
export const keySearchKinds = ['exact', 'glob', 'pattern'] as const;
export type KeySearchKind = (typeof keySearchKinds)[number];

export interface KeySearch {
  readonly kind: KeySearchKind;
  /** As `formatKey` writes keys; in a glob a backslash also takes the meaning from the character after it. */
  readonly text: string;
}

/** Longest text of a search. Longer names of keys are found by their start. */
export const MAX_SEARCH_CHARS = 16_384;
/** Longest glob, bytes: matching time grows with its length (CVE-2024-31228 is the extreme). */
export const MAX_GLOB_BYTES = 256;
/** Matches after which a search pauses; one step of SCAN more may come with them. */
export const FOUND_KEYS_PER_CALL = 200;

const ESCAPED = /\\./gs;
const PLACEHOLDER = /\{[^{}:]*\}/;

/** What a person most likely means; the page says which it took, and offers the others. */
export function guessSearchKind(text: string): KeySearchKind {
  const plain = text.replace(ESCAPED, '');
  // In the name of a key a backslash stands before nothing but a backslash and \xNN.
  if (/[*?[]/.test(plain) || /(?:^|[^\\])(?:\\\\)*\\[^\\x]/s.test(text)) return 'glob';
  return PLACEHOLDER.test(plain) ? 'pattern' : 'exact';
}
