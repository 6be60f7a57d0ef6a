/** What a label such as `result` says of a look-up; null for any other word, such as Micrometer's `pending`. */
export function lookupResult(word: string | undefined): 'hits' | 'misses' | null {
  if (word === 'hit') return 'hits';
  return word === 'miss' ? 'misses' : null;
}
