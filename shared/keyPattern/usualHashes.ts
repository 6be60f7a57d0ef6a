import { bitCount, type PatternNode } from './patternNode.ts';
import type { PatternTree } from './patternTree.ts';
import { canBeHash, type SegmentForm, SHORTEST_HASH_CHARS, segmentForm } from './segmentForm.ts';

/** Hashes seen before a number of the same length counts as one of them. */
const MIN_HASH_BITS = 4;
/** Eight-digit numbers that are no date after which those that could be one are none either. */
export const MAX_PLAIN_EIGHTS = 3;

/** A segment at its place, with the separator before it. */
interface PlacedSegment {
  readonly separator: string;
  readonly segment: string;
  readonly form: SegmentForm;
}

/** Remembers of a place how long its hashes are, and that its numbers of eight digits are no dates. */
export function noteLength(parent: PatternNode, form: SegmentForm, length: number): void {
  if (form.kind === 'hash') {
    const bit = length - SHORTEST_HASH_CHARS;
    if (bit >= 0 && bit < 32) parent.hashLengths |= 1 << bit;
  } else if (form.kind === 'digits' && length === 8 && parent.plainEightCount < MAX_PLAIN_EIGHTS) {
    parent.plainEightCount += 1;
  }
}

/** A hash of letters only that came before the others was taken for a word: it joins them once hashes are usual here. */
export function mergeEarlierHashes(tree: PatternTree, parent: PatternNode, separator: string): void {
  if (parent.hashLengths === parent.hashLengthsMerged || !hasUsualHashes(parent, separator)) return;
  parent.hashLengthsMerged = parent.hashLengths;
  tree.mergeHashes(
    parent,
    separator,
    (word) => hasHashLength(parent, word) && canBeHash(word, segmentForm(word)),
  );
}

/** True where hashes of the segment's length are usual, so that one of digits only is no id. */
export function isLikeHashesOf(parent: PatternNode, { separator, segment, form }: PlacedSegment): boolean {
  if (parent.hashLengths === 0 || !hasHashLength(parent, segment)) return false;
  return hasUsualHashes(parent, separator) && canBeHash(segment, form);
}

function hasHashLength(parent: PatternNode, segment: string): boolean {
  const bit = segment.length - SHORTEST_HASH_CHARS;
  return bit >= 0 && bit < 32 && (parent.hashLengths & (1 << bit)) !== 0;
}

function hasUsualHashes(parent: PatternNode, separator: string): boolean {
  const hashes = parent.children.get(`${separator}{hash}`);
  return hashes !== undefined && bitCount(hashes.keyBits) >= MIN_HASH_BITS;
}
