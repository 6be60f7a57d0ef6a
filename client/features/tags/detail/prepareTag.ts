import {
  formatBytes,
  formatCount,
  formatEstimate,
  formatPercent,
  formatProportionInterval,
  formatRate,
  signed,
} from '#client/lib/formatNumber.ts';
import { formatDateTime, formatDuration } from '#client/lib/formatTime.ts';
import type { TagDetail } from '#shared/tags/tagDetail.ts';
import { growthOf } from '#shared/tags/tagGrowth.ts';

export interface TagFigure {
  readonly label: string;
  /** Null = not known; `basis` then says why. */
  readonly value: string | null;
  /** What it is of, and how it is known. */
  readonly basis: string;
}

/** The figures of a tag, each with its basis. */
export function prepareTag(tag: TagDetail): readonly TagFigure[] {
  return [members(tag), gone(tag), bytes(tag), hits(tag), growth(tag), indexTtl(tag), indexSize(tag)];
}

/** `every member`, or `a sample of 1,000 members`. */
export function sampleWords({ isWhole, sampledCount }: TagDetail): string {
  return isWhole
    ? `all ${formatCount(sampledCount)} members looked at`
    : `a sample of ${formatCount(sampledCount)} members`;
}

function members({ memberCount, isWhole }: TagDetail): TagFigure {
  const label = 'Members';
  if (memberCount === null) {
    const basis = 'All tags of this library share one hash: only a walk over all of it counts one.';
    return { label, value: null, basis };
  }
  return { label, value: formatCount(memberCount), basis: isWhole ? 'counted' : 'as the index says' };
}

function gone(tag: TagDetail): TagFigure {
  const label = 'Gone';
  const { orphans } = tag;
  if (orphans === null) return { label, value: null, basis: 'No member was looked at.' };
  if (tag.isWhole) return { label, value: formatPercent(orphans.ratio), basis: sampleWords(tag) };
  return {
    label,
    value: `~${formatPercent(orphans.ratio)}`,
    basis: `${formatProportionInterval(orphans)}, by ${sampleWords(tag)}`,
  };
}

function bytes(tag: TagDetail): TagFigure {
  const label = 'Entries';
  if (tag.bytes === null) {
    return { label, value: null, basis: 'How many members there are is not known.' };
  }
  const { text, interval } = formatEstimate(tag.bytes, formatBytes);
  return { label, value: text, basis: tag.isWhole ? 'by MEMORY USAGE of each' : interval };
}

function hits({ hitsPerSecond }: TagDetail): TagFigure {
  const label = 'Hits';
  if (hitsPerSecond.state === 'unknown') return { label, value: null, basis: hitsPerSecond.detail };
  return {
    label,
    value: `~${formatRate(hitsPerSecond.value)}`,
    basis: "hits of its patterns times its share of their keys, from the services' metrics",
  };
}

function growth({ sizes, memberCount }: TagDetail): TagFigure {
  const label = 'Growth';
  const found = growthOf(sizes, memberCount);
  if (found === null) {
    const basis = 'Two walks over all keys are needed: scan the list of tags again later.';
    return { label, value: null, basis };
  }
  return {
    label,
    value: signed(found.addedCount, formatCount),
    basis: `members since ${formatDateTime(found.sinceMs)}`,
  };
}

function indexTtl({ indexTtlMs }: TagDetail): TagFigure {
  const value = indexTtlMs === null ? 'none' : formatDuration(indexTtlMs);
  return { label: 'TTL of the index', value, basis: 'time left, by PTTL' };
}

function indexSize({ indexBytes }: TagDetail): TagFigure {
  const label = 'Index size';
  if (indexBytes === null) {
    const basis = 'Many tags share one key, or Redis did not tell it.';
    return { label, value: null, basis };
  }
  return { label, value: formatBytes(indexBytes), basis: 'without its entries' };
}
