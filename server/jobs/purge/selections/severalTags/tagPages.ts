import type { RedisConnection } from '#server/redis/redisConnection.ts';
import type { ScanPage } from '#server/tags/parseReplies.ts';
import type { PageStart, TagIndex } from '#server/tags/tagLayout.ts';

export interface TagWalk {
  readonly indexes: readonly TagIndex[];
  /** Waits before a step over all names, which some layouts need. */
  readonly waitTurn: () => Promise<void>;
}

/**
 * A page of the keys that at least one of the tags lists: one index after the other, of each what no earlier one lists, so that a
 * key comes once and a count is one of keys. An entry whose tags stay is met; one that is stored anew meanwhile need not be.
 */
export async function readUnionPage(
  connection: RedisConnection,
  { indexes, waitTurn }: TagWalk,
  { cursor, count }: PageStart,
): Promise<ScanPage> {
  const [place = '0', inner = '0'] = cursor === '0' ? [] : cursor.split('.');
  const at = Number(place);
  const index = indexes[at];
  if (index === undefined) return { cursor: null, elements: [] };
  if (index.isOnlyWalked === true) await waitTurn();
  const page = await index.readEntryKeys(connection, { cursor: inner, count });
  let elements = page.elements;
  for (const earlier of indexes.slice(0, at)) {
    const isListed = await earlier.readListed(connection, elements);
    elements = elements.filter((_, key) => isListed[key] !== true);
  }
  const hasNext = at + 1 < indexes.length;
  const next = page.cursor === null ? (hasNext ? `${at + 1}.0` : null) : `${at}.${page.cursor}`;
  return { cursor: next, elements };
}

/** A page of the keys that each of the tags lists: those of the first, of which the others are asked. */
export async function readCommonPage(
  connection: RedisConnection,
  { indexes, waitTurn }: TagWalk,
  from: PageStart,
): Promise<ScanPage> {
  const [first, ...others] = indexes;
  if (first === undefined) return { cursor: null, elements: [] };
  if (first.isOnlyWalked === true) await waitTurn();
  const page = await first.readEntryKeys(connection, from);
  let elements = page.elements;
  for (const other of others) {
    const isListed = await other.readListed(connection, elements);
    elements = elements.filter((_, key) => isListed[key] === true);
  }
  return { cursor: page.cursor, elements };
}
