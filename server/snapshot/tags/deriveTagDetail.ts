import { repairOffer } from '#server/tags/health/repairRules.ts';
import type { SampledMember, TagSample } from '#server/tags/health/sampleTag.ts';
import type { TagLook } from '#server/tags/health/tagLook.ts';
import type { TagIndex } from '#server/tags/tagLayout.ts';
import { formatKey } from '#shared/keyText.ts';
import { estimateCount } from '#shared/statistics.ts';
import type { TagDetail, TagMember, TagPattern } from '#shared/tags/tagDetail.ts';
import type { TagSizes } from '#shared/tags/tagGrowth.ts';
import { type PatternsByName, patternHits, tagHits } from './deriveTagHits.ts';

/** Members on the page; the counts are of all that were looked at. */
const SHOWN_MEMBERS = 100;
/** Missing ones among them, so that some of both are seen. */
const SHOWN_MISSING = 30;

export interface DetailParts {
  readonly look: TagLook;
  readonly sample: TagSample;
  readonly sizes: TagSizes;
  readonly patterns: PatternsByName;
  readonly patternOf: (keyText: string) => string;
}

/** The page of one tag, of what was read. */
export function deriveTagDetail(index: TagIndex, parts: DetailParts): TagDetail {
  const { look, sample, sizes, patterns } = parts;
  const { layout } = index;
  const total = sample.memberCount;
  const memberPatterns = patternsOf(parts);
  return {
    layout: layout.id,
    layoutName: layout.name,
    tag: formatKey(index.tag),
    tagKey: formatKey(index.tagKey),
    readAtMs: sample.atMs,
    memberCount: total,
    indexTtlMs: sample.indexTtlMs,
    indexBytes: sample.indexBytes,
    sampledCount: sample.members.length,
    isWhole: sample.isWhole,
    patterns: memberPatterns,
    members: shownMembers(parts),
    orphans: look.orphans,
    bytes: look.bytes,
    hitsPerSecond: tagHits(
      patterns,
      new Map(memberPatterns.map(({ pattern, memberCount }) => [pattern, memberCount.value])),
    ),
    sizes,
    findings: look.findings,
    repair: repairOffer(index),
    purge: layout.traits.purge,
    reach: layout.traits.reach,
  };
}

/** The most frequent first. */
function patternsOf({ look, sample, patterns }: DetailParts): readonly TagPattern[] {
  const trials = sample.members.length;
  const total = Math.max(sample.memberCount ?? trials, trials);
  return [...look.patternCounts]
    .toSorted(([, a], [, b]) => b - a)
    .flatMap(([pattern, count]) => {
      const memberCount = estimateCount(count, trials, total);
      if (memberCount === null) return [];
      return [{ pattern, memberCount, hitsPerSecond: patternHits(patterns, pattern, memberCount.value) }];
    });
}

function shownMembers({ sample, patternOf }: DetailParts): readonly TagMember[] {
  const missing = sample.members.filter(({ bytes }) => bytes === null).slice(0, SHOWN_MISSING);
  const there = sample.members.filter(({ bytes }) => bytes !== null);
  return [...missing, ...there.slice(0, SHOWN_MEMBERS - missing.length)].map((member) =>
    shownMember(member, patternOf),
  );
}

function shownMember(
  { key, bytes, ttlMs }: SampledMember,
  patternOf: (keyText: string) => string,
): TagMember {
  const text = formatKey(key);
  const shown = { key: text, pattern: patternOf(text), isThere: bytes !== null, bytes };
  return ttlMs === undefined ? shown : { ...shown, ttlMs };
}
