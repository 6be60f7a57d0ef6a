import { formatCount, formatPercent } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { RouterOutputs } from '#client/lib/routerOutputs.ts';
import { orderRows, parseRowOrder, type RowOrder, type SortValue } from '#client/lib/rowOrder.ts';
import type { FoundKey } from '#shared/keys/foundKeys.ts';
import type { KeySearch, KeySearchKind } from '#shared/keys/keySearch.ts';

export type FoundPages = readonly RouterOutputs['keys']['find'][];

/** All that the calls of one search found so far. */
export interface Found {
  /** Each once, whatever SCAN said. */
  readonly keys: readonly FoundKey[];
  readonly last: FoundPages[number] | undefined;
  readonly deniedCount: number;
  readonly goneCount: number;
}

export function gatherFound(pages: FoundPages): Found {
  const keys = new Map(pages.flatMap((page) => page.keys).map((key) => [key.id, key] as const));
  return {
    keys: [...keys.values()],
    last: pages.at(-1),
    deniedCount: pages.reduce((sum, page) => sum + page.deniedCount, 0),
    goneCount: pages.reduce((sum, page) => sum + page.goneCount, 0),
  };
}

const keySorts = ['key', 'pattern', 'type', 'ttl', 'bytes'] as const;
export type KeySort = (typeof keySorts)[number];

export function keyOrder(text: string | undefined): RowOrder<KeySort> {
  return parseRowOrder(text, keySorts) ?? { column: 'key', direction: 'ascending' };
}

const sortValues: Record<KeySort, (key: FoundKey) => SortValue> = {
  key: ({ text }) => text,
  pattern: ({ pattern }) => pattern,
  type: ({ type }) => type,
  // None stands after the longest: it never expires.
  ttl: ({ ttl }) => (ttl === null ? null : (ttl.leftMs ?? Number.POSITIVE_INFINITY)),
  bytes: ({ bytes }) => bytes,
};

export function orderKeys(keys: readonly FoundKey[], order: RowOrder<KeySort>): readonly FoundKey[] {
  const byName = keys.toSorted((left, right) => (left.text < right.text ? -1 : 1));
  return orderRows(byName, sortValues[order.column], order.direction);
}

export const kindNames: Record<KeySearchKind, string> = {
  exact: 'whole name',
  glob: 'glob',
  pattern: 'pattern',
};

/** How far the search is, and what of it is not shown; each a sentence without its stop. */
export function searchProgress({ keys, last, deniedCount }: Found): readonly string[] {
  const count = `${formatCount(keys.length)} ${keys.length === 1 ? 'key' : 'keys'}`;
  const denied = deniedCount === 0 ? [] : [`${formatCount(deniedCount)} that our Redis user may not read`];
  const walk = last?.walk ?? null;
  if (walk === null) return [count, ...denied];
  const { walkedRatio, keyCount, cursor } = walk;
  if (cursor === null) return [count, `all ${formatCount(keyCount)} keys looked at`, ...denied];
  const share = walkedRatio === null ? 'part' : formatPercent(walkedRatio);
  return [`${count} so far`, `${share} of ${formatCount(keyCount)} keys looked at`, ...denied];
}

/** Share of the keys that were looked at, 0-1; null where there is nothing to go on with or it is not told. */
export function walkedShare({ last }: Found): number | null {
  return last?.walk?.walkedRatio ?? null;
}

/** What the rest takes, said before somebody waits for it; null when there is none. */
export function restNote({ last }: Found, isPausing: boolean): string | null {
  const walk = last?.walk ?? null;
  if (walk === null || walk.cursor === null) return null;
  if (isPausing) return 'Many keys were found, so that the search waits: narrow it, or search on.';
  const rest = walk.remainingMs === null ? '' : ` The rest takes up to ${formatDuration(walk.remainingMs)}.`;
  return `Searches take at most 1\u202f% of the time of one core of Redis.${rest}`;
}

/** Found keys at which a search pauses by itself: whoever has to read them all narrows the search, and Redis is spared the walk. */
export const KEYS_BEFORE_PAUSE = 2_000;

/** Why a column has no values, each reason once. */
export function whyUnknown({ last }: Found): readonly string[] {
  if (last === undefined || last.keys.length === 0) return [];
  return [...new Set(Object.values(last.whyUnknown).filter((why) => why !== null))];
}

/** Why nothing was found, and what that says. */
export function nothingFound(search: KeySearch, { last, deniedCount, goneCount }: Found): string {
  if (search.kind === 'exact') {
    if (deniedCount > 0)
      return 'Our Redis user may not read this key, so that it is not known whether it is there.';
    return 'It may have expired, been evicted or removed, or never been stored.';
  }
  const walk = last?.walk ?? null;
  if (walk?.cursor !== null && walk !== null) return 'Not all keys were looked at yet.';
  if (deniedCount > 0) return `${formatCount(deniedCount)} names match that our Redis user may not read.`;
  if (goneCount > 0) return 'Some names matched whose keys had expired when they were looked at.';
  return search.kind === 'pattern'
    ? 'Every key was looked at. The page of patterns lists those that keys have.'
    : 'Every key was looked at.';
}
