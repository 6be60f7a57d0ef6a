import type { Clock } from '#server/clock/clock.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import type { TagIndex } from '#server/tags/tagLayout.ts';
import type { NamedTag, PurgeSelection } from '#shared/acting/purgeInput.ts';
import { AppError } from '#shared/errorCodes.ts';
import { formatKey, parseKey } from '#shared/keyText.ts';
import { noTagIndex, openTagIndex } from '../openTagIndex.ts';
import { scanPace } from '../scanPace.ts';
import { type Selection, unconditional } from '../selection.ts';
import { serviceTagsOf } from '../serviceTagsOf.ts';
import { cleanTags, endTags } from './cleanTags.ts';
import { readCommonPage, readUnionPage, type TagWalk } from './tagPages.ts';

type TagsAsked = Extract<PurgeSelection, { by: 'tags' }>;

/**
 * The entries of several tags, of one layout or of several: those that at least one index lists, or those that all do. Either is
 * walked in pages, of which the others are asked which keys they list too; no index is ever read whole. Throws
 * `AppError` badInput for what is no tag or is less than two, notFound when no key can be meant; `RedisFault`.
 */
export async function openTagsSelection(
  connection: RedisConnection,
  asked: TagsAsked,
  clock: Clock,
): Promise<Selection> {
  const named = distinct(asked.tags);
  if (named.length < 2) throw new AppError('badInput', 'These are one tag: name at least two.');
  const opened = await Promise.all(named.map((tag) => openTagIndex(connection, tag)));
  const gone = named.filter((_, at) => opened[at] === null);
  const indexes = opened.filter((index) => index !== null);
  const [firstGone] = gone;
  if (firstGone !== undefined && (asked.match === 'all' || indexes.length === 0)) {
    const rest = gone.length === 1 ? '' : ` Nor of ${gone.length - 1} more.`;
    throw new AppError('notFound', `${noTagIndex(firstGone)}${rest} Nothing to purge.`);
  }
  const isAny = asked.match === 'any';
  const whyNoUndo = indexes.find((index) => index.whyNoUndo !== undefined)?.whyNoUndo;
  const walked = isAny ? indexes : await smallestFirst(connection, indexes);
  const walk: TagWalk = { indexes: walked, waitTurn: scanPace(clock) };
  return {
    ...{ words: wordsOf(walked, asked.match), subject: subjectOf(indexes, asked.match) },
    ...{ isEasilyTooWide: false, readStillMeant: unconditional.readStillMeant },
    notes: () => gone.map((tag) => `${noTagIndex(tag)} The other tags are taken.`),
    readCount: async () => null,
    readKeys: (link, from) => (isAny ? readUnionPage(link, walk, from) : readCommonPage(link, walk, from)),
    prepareRemoval: (link, keys) => cleanTags(link, indexes, { keys, isListedByAll: !isAny }),
    prepareEnd: (link) => endTags(link, indexes, { isPurgeOfEach: isAny }),
    // Of all of several tags only some entries go: these are told by their keys.
    serviceTags: isAny ? serviceTagsOf(indexes) : [],
    ...(whyNoUndo === undefined ? {} : { whyNoUndo }),
    prepareShellCommands: (quote) =>
      isAny
        ? indexes.flatMap((index) => index.prepareShellCommands(quote))
        : [
            '# No line of a shell tells which keys all of these tags list without reading the sets whole; the page does.',
          ],
  };
}

/** Each index once, however often and in whatever spelling it is named. */
function distinct(tags: readonly NamedTag[]): readonly NamedTag[] {
  const byKey = new Map(
    tags.map(
      (tag) => [`${tag.layout} ${Buffer.from(parseKey(tag.tagKey)).toString('latin1')}`, tag] as const,
    ),
  );
  return [...byKey.values()];
}

async function smallestFirst(
  connection: RedisConnection,
  indexes: readonly TagIndex[],
): Promise<readonly TagIndex[]> {
  const counted = [];
  for (const index of indexes) {
    // Whose count takes a walk over all names is asked of the others' keys instead.
    const isOnlyWalked = index.isOnlyWalked === true;
    const count = isOnlyWalked ? Number.POSITIVE_INFINITY : await index.readMemberCount(connection);
    counted.push({ index, count: count ?? 0 });
  }
  return counted.toSorted((a, b) => a.count - b.count).map(({ index }) => index);
}

/** Tags that a title names one by one. */
const NAMED_IN_TITLE = 3;

function wordsOf(indexes: readonly TagIndex[], match: TagsAsked['match']): string {
  const names = indexes.map(({ tag }) => formatKey(tag)).toSorted();
  const shown =
    names.length <= NAMED_IN_TITLE ? names : [...names.slice(0, 2), `${names.length - 2} more tags`];
  const [last = ''] = shown.slice(-1);
  const word = match === 'any' ? 'or' : 'and';
  return shown.length === 1 ? `tagged ${last}` : `tagged ${shown.slice(0, -1).join(', ')} ${word} ${last}`;
}

function subjectOf(indexes: readonly TagIndex[], match: TagsAsked['match']): string {
  return `${match} of ${indexes
    .map(({ tagKey }) => formatKey(tagKey))
    .toSorted()
    .join(', ')}`;
}
