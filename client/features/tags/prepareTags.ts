import { formatCount, formatPercent } from '#client/lib/formatNumber.ts';
import { orderRows, parseRowOrder, type RowOrder, type SortValue } from '#client/lib/rowOrder.ts';
import type { Job } from '#shared/acting/job.ts';
import type { TagList, TagSummary } from '#shared/tags/tagSummary.ts';

/** Columns that can be sorted, as they stand in the URL. */
const tagSorts = [
  ...(['tag', 'health', 'members', 'growth', 'hits', 'orphans'] as const),
  ...(['entryBytes', 'ttl', 'bytes', 'layout'] as const),
] as const;
export type TagSort = (typeof tagSorts)[number];

const DEFAULT_ORDER: RowOrder<TagSort> = { column: 'members', direction: 'descending' };

export function tagOrder(text: string | undefined): RowOrder<TagSort> {
  return parseRowOrder(text, tagSorts) ?? DEFAULT_ORDER;
}

const sortValues: Record<TagSort, (tag: TagSummary) => SortValue> = {
  tag: (tag) => tag.tag,
  health: (tag) => (tag.health === null ? null : worstOf(tag)),
  members: (tag) => tag.memberCount,
  growth: (tag) => tag.growth?.addedCount ?? null,
  hits: ({ health }) => (health?.hitsPerSecond.state === 'known' ? health.hitsPerSecond.value : null),
  orphans: (tag) => tag.health?.orphans?.ratio ?? null,
  entryBytes: (tag) => tag.health?.bytes?.value ?? null,
  // None stands after the longest: it never expires.
  ttl: (tag) => tag.ttlMs ?? Number.POSITIVE_INFINITY,
  bytes: (tag) => tag.indexBytes,
  layout: (tag) => tag.layoutName,
};

export function orderTags(tags: readonly TagSummary[], order: RowOrder<TagSort>): readonly TagSummary[] {
  const byName = tags.toSorted((a, b) => (a.tagKey < b.tagKey ? -1 : 1));
  return orderRows(byName, sortValues[order.column], order.direction);
}

/** How bad the worst finding is; several of one kind are worse than one. */
function worstOf({ health }: TagSummary): number {
  const weights = { critical: 100, warning: 10, note: 1 };
  return (health?.findings ?? []).reduce((sum, { severity }) => sum + weights[severity], 0);
}

/** How many of the tags were looked at, where not all were; null otherwise. */
export function notLookedAtNote({ tags, isLooking }: TagList): string | null {
  const listed = tags.filter(({ memberCount }) => memberCount !== null);
  const lookedAt = listed.filter(({ health }) => health !== null).length;
  if (lookedAt === listed.length) return null;
  const soFar = `${formatCount(lookedAt)} of ${formatCount(listed.length)} tags were looked at so far`;
  return isLooking ? `${soFar}; the server goes on with it` : soFar;
}

/** Why tags may be missing from the list, and what to do; null when all are there. */
export function missingTagsNote(list: TagList): string | null {
  const { tags, isComplete, isWalking, leftOutCount } = list;
  if (!isComplete) {
    const soFar = isWalking ? 'The walk over all keys goes on' : 'The walk over all keys stopped';
    const share = list.keyCount > 0 ? ` (${formatPercent(list.scannedCount / list.keyCount)} so far)` : '';
    return `${soFar}${share}: there may be more tags than these. A whole name of a tag is mostly found at once: search for it.`;
  }
  if (leftOutCount === 0) return null;
  return `The ${formatCount(tags.length)} largest of ${formatCount(tags.length + leftOutCount)} tags. Search for the name that you need.`;
}

/** How far the walk came, and whether there may be more. */
export function tagsFooter(list: TagList): readonly string[] {
  const count = list.tags.length + list.leftOutCount;
  const tags = `${formatCount(count)} ${count === 1 ? 'tag' : 'tags'}`;
  const scanned = `${formatCount(list.scannedCount)} keys scanned`;
  if (!list.isComplete) return [`${tags} so far`, `${scanned} of ${formatCount(list.keyCount)}`];
  return list.isWalking
    ? [tags, `${scanned} of ${formatCount(list.keyCount)} again`]
    : [tags, `${scanned}, all of them`];
}

/** When a job last ended, ms: a list of tags that was read before it is old. Null when none did. */
export function lastEndedAtMs(jobs: readonly Job[]): number | null {
  const ends = jobs.flatMap(({ kind, endedAtMs }) =>
    kind === 'probe' || endedAtMs === null ? [] : [endedAtMs],
  );
  return ends.length === 0 ? null : Math.max(...ends);
}
