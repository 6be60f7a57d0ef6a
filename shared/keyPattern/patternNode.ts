/** A place in the tree of patterns: all keys that begin with the same pattern. */
export interface PatternNode {
  /** The pattern from the start of the key to here. */
  readonly text: string;
  /** By fragment: the separator (none at the start) and the segment's text in the pattern. */
  readonly children: Map<string, PatternNode>;
  /** A literal segment that may turn out to be one of many. */
  readonly isWord: boolean;
  /** Which of 32 slots the hashes of the keys below fell into: tells one key from a few and from many, however often each is learnt. */
  keyBits: number;
  /** Children that are words. */
  wordCount: number;
  /** Words here are one of many: a new one becomes `{slug}`. */
  isCollapsed: boolean;
  /** Words that may be promoted out of `{slug}`, with their key bits; null until the position collapses. */
  candidates: Map<string, number> | null;
  /** Numbered words by their letters, `v` of `v1` and `v2`; infinite once they are `v{n}`. Null when there is none. */
  stems: Map<string, number> | null;
  /** Lengths of the hashes seen here: bit n stands for `SHORTEST_HASH_CHARS + n` characters. */
  hashLengths: number;
  /** The lengths of hashes for which words spelt like one were looked for and taken in, in the same bits. */
  hashLengthsMerged: number;
  /** Eight-digit numbers seen here that are no date, up to three. */
  plainEightCount: number;
  visitCount: number;
  /** A key ended here, and its pattern has a place among the limited number of patterns. */
  isAdmitted: boolean;
  lastRound: number;
}

export function createNode(text: string, isWord: boolean): PatternNode {
  return {
    text,
    children: new Map(),
    isWord,
    keyBits: 0,
    wordCount: 0,
    isCollapsed: false,
    candidates: null,
    stems: null,
    hashLengths: 0,
    hashLengthsMerged: 0,
    plainEightCount: 0,
    visitCount: 0,
    isAdmitted: false,
    lastRound: 0,
  };
}

/** How many of 32 bits are set. About n keys set n bits up to 8, 20 bits stand for some 31 keys, 32 for 100 and more. */
export function bitCount(bits: number): number {
  let rest = bits - ((bits >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
