/** What can be wrong with the index of a tag. */
export const tagFindingKinds = [
  'outlivedIndex',
  'orphans',
  'oversized',
  'danglingReverse',
  'noIndexTtl',
] as const;
export type TagFindingKind = (typeof tagFindingKinds)[number];

export type FindingSeverity = 'critical' | 'warning' | 'note';

/** A finding as the list of tags carries it. */
export interface TagFindingSign {
  readonly kind: TagFindingKind;
  readonly severity: FindingSeverity;
}

/** What is wrong with the index of one tag, in sentences for an operator. */
export interface TagFinding extends TagFindingSign {
  readonly title: string;
  /** The figures, and the sample that they are of. */
  readonly evidence: string;
  /** What happens if it stays so. */
  readonly why: string;
  readonly firstStep: string;
}
