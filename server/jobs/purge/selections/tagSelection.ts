import type { Clock } from '#server/clock/clock.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import type { NamedTag } from '#shared/acting/purgeInput.ts';
import { AppError } from '#shared/errorCodes.ts';
import { formatKey } from '#shared/keyText.ts';
import { noTagIndex, openTagIndex } from './openTagIndex.ts';
import { scanPace } from './scanPace.ts';
import { type Selection, unconditional } from './selection.ts';
import { serviceTagsOf } from './serviceTagsOf.ts';

/** The entries of one tag. Throws `AppError` badInput for what is no tag, notFound when its index is gone; `RedisFault`. */
export async function openTagSelection(
  connection: RedisConnection,
  asked: NamedTag,
  clock: Clock,
): Promise<Selection> {
  const index = await openTagIndex(connection, asked);
  if (index === null) throw new AppError('notFound', `${noTagIndex(asked)} Nothing to purge.`);
  const waitTurn = index.isOnlyWalked === true ? scanPace(clock) : async () => {};
  return {
    words: `tagged ${formatKey(index.tag)}`,
    subject: formatKey(index.tagKey),
    isEasilyTooWide: false,
    ...unconditional,
    readCount: async (link) =>
      index.isOnlyWalked === true ? null : ((await index.readMemberCount(link)) ?? 0),
    async readKeys(link, from) {
      await waitTurn();
      return index.readEntryKeys(link, from);
    },
    prepareRemoval: (link, keys) => index.prepareRemoval(link, keys),
    prepareEnd: (link) => index.prepareEnd(link),
    serviceTags: serviceTagsOf([index]),
    ...(index.whyNoUndo === undefined ? {} : { whyNoUndo: index.whyNoUndo }),
    prepareShellCommands: (quote) => index.prepareShellCommands(quote),
  };
}
