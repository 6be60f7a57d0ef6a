import type { Clock } from '#server/clock/clock.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import type { TagIndex } from '#server/tags/tagLayout.ts';
import { tagLayouts } from '#server/tags/tagLayouts.ts';
import type { PurgeSelection } from '#shared/acting/purgeInput.ts';
import { AppError } from '#shared/errorCodes.ts';
import { formatKey, parseKey } from '#shared/keyText.ts';
import { parseTagKeyName, SIMPLE_LAYOUT } from '#shared/tags/simpleTagLayout.ts';
import { scanPace } from './scanPace.ts';
import type { Selection } from './selection.ts';

/** The entries of one tag. Throws `AppError` badInput for what is no tag, notFound when its index is gone; `RedisFault`. */
export async function openTagSelection(
  connection: RedisConnection,
  asked: Extract<PurgeSelection, { by: 'tag' }>,
  clock: Clock,
): Promise<Selection> {
  const layout = tagLayouts.find((candidate) => candidate.id === asked.layout);
  if (layout === undefined) throw new AppError('badInput', `There is no tag layout ${asked.layout}.`);
  const tagKey = Buffer.from(parseKey(asked.tagKey));
  if (layout.parseTagKey(tagKey) === null) {
    throw new AppError('badInput', `${asked.tagKey} is not the name of a tag index of ${layout.name}.`);
  }
  const index = await layout.open(connection, tagKey);
  if (index === null) {
    const text = `There is no tag index of ${layout.name} under ${asked.tagKey} (any more). Nothing to purge.`;
    throw new AppError('notFound', text);
  }
  const waitTurn = index.isOnlyWalked === true ? scanPace(clock) : async () => {};
  return {
    words: `tagged ${formatKey(index.tag)}`,
    subject: formatKey(index.tagKey),
    isEasilyTooWide: false,
    readCount: async (link) =>
      index.isOnlyWalked === true ? null : ((await index.readMemberCount(link)) ?? 0),
    async readKeys(link, from) {
      await waitTurn();
      return index.readEntryKeys(link, from);
    },
    prepareRemoval: (link, keys) => index.prepareRemoval(link, keys),
    prepareEnd: (link) => index.prepareEnd(link),
    ...serviceTagOf(index),
    prepareShellCommands: (quote) => index.prepareShellCommands(quote),
  };
}

function serviceTagOf({ layout, tagKey }: TagIndex): Pick<Selection, 'serviceTag'> {
  const serviceTag = layout.id === SIMPLE_LAYOUT ? parseTagKeyName(tagKey.toString('utf8')) : null;
  return serviceTag === null ? {} : { serviceTag };
}
