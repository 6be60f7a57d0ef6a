import { formatKey } from '#shared/keyText.ts';
import { type Estimate, estimateSum, type Proportion, wilson } from '#shared/statistics.ts';
import type { TagFinding } from '#shared/tags/tagFinding.ts';
import type { TagIndex } from '../tagLayout.ts';
import { diagnoseTag } from './diagnoseTag.ts';
import type { TagSample } from './sampleTag.ts';

/** What a look at a sample of a tag's members says; the members themselves are not kept. */
export interface TagLook {
  readonly atMs: number;
  readonly memberCount: number | null;
  readonly sampledCount: number;
  readonly isWhole: boolean;
  /** Members that no entry stands behind; null when none was looked at. */
  readonly orphans: Proportion | null;
  /** Of all its entries, as MEMORY USAGE tells; null when nobody knows how many there are. */
  readonly bytes: Estimate | null;
  /** Sampled members that exist, by their pattern. */
  readonly patternCounts: ReadonlyMap<string, number>;
  readonly findings: readonly TagFinding[];
}

export interface LookParts {
  readonly patternOf: (keyText: string) => string;
  /** Memory of the whole node; null = not known. */
  readonly usedMemoryBytes: number | null;
}

export function deriveTagLook(index: TagIndex, sample: TagSample, parts: LookParts): TagLook {
  const patternCounts = new Map<string, number>();
  for (const { key, bytes } of sample.members) {
    if (bytes === null) continue;
    const pattern = parts.patternOf(formatKey(key));
    patternCounts.set(pattern, (patternCounts.get(pattern) ?? 0) + 1);
  }
  const { atMs, memberCount, isWhole } = sample;
  return {
    ...{ atMs, memberCount, isWhole, sampledCount: sample.members.length },
    orphans: shareOf(sample, ({ bytes }) => bytes === null),
    bytes: bytesOf(sample),
    patternCounts,
    findings: diagnoseTag(sample, { traits: index.layout.traits, usedMemoryBytes: parts.usedMemoryBytes }),
  };
}

function bytesOf({ members, memberCount }: TagSample): Estimate | null {
  if (memberCount === null || members.length === 0) return null;
  return estimateSum(
    members.map(({ bytes }) => bytes ?? 0),
    memberCount,
  );
}

/** The share of the members that this holds of; without an interval when all of them were looked at. */
function shareOf(
  { members, isWhole }: TagSample,
  holds: (member: TagSample['members'][number]) => boolean,
): Proportion | null {
  const share = wilson(members.filter(holds).length, members.length);
  if (share === null || !isWhole) return share;
  return { ratio: share.ratio, low: share.ratio, high: share.ratio };
}
