import { type RedisCommand, type RedisConnection, RedisFault } from '#server/redis/redisConnection.ts';
import { orThrow } from '#server/tags/directory/sendInPages.ts';
import { readTagsOfEntries } from '#server/tags/entrySets/readTagsOfEntries.ts';
import type { TagIndex } from '#server/tags/tagLayout.ts';
import type { OperatorSession } from '../operatorSession.ts';
import { type BatchResult, MAX_ATTEMPTS } from '../purge/methods/batch.ts';
import type { HeldRepair } from './heldRepair.ts';
import { relistStored, type TakenOut } from './relistStored.ts';
import { split } from './surveyIndex.ts';

interface DropParts {
  readonly session: OperatorSession;
  readonly held: HeldRepair;
  readonly stop: AbortSignal;
}

export interface DropResult extends BatchResult {
  /** What was taken out and is still missing. */
  readonly dropped: readonly Buffer[];
}

/**
 * Takes members that no entry stands behind out of the index: looks, takes out, looks again, and lists again what was stored
 * between the two, as cachescope/cache tidies its own indexes. Of the list of an entry's tags only tags that were read are taken
 * out, so that what a service adds meanwhile stays. A lost answer leads to the second look on a fresh connection. Never throws `RedisFault`.
 */
export async function dropOrphans(run: DropParts, keys: readonly Buffer[], attempt = 1): Promise<DropResult> {
  const { session, held, stop } = run;
  let taken: TakenOut | null = null;
  try {
    const connection = await session.connection();
    const reverseTags = await readReverseTags(connection, held.index, keys);
    const { gone } = await split(connection, keys);
    taken = { keys: gone, reverseTags };
    if (gone.length > 0) {
      const replies = await connection.pipeline(dropCommands(held.index, taken));
      for (const reply of replies) orThrow(reply);
    }
    const relistedCount = await relistStored(connection, held.index, taken);
    const changedCount = gone.length - relistedCount;
    return { ...NONE, changedCount, skippedCount: keys.length - changedCount, dropped: gone };
  } catch (error) {
    if (!(error instanceof RedisFault)) throw error;
    if (taken === null && !error.isOutcomeUnknown) return failed(keys, error);
    const gone = taken?.keys ?? [];
    const connection = await session.reopen(stop);
    if (connection === null || session.runId !== held.runId) return unknown(gone, error);
    try {
      // What was stored between the two looks would seem never to have been missing at the next try.
      if (taken !== null) await relistStored(connection, held.index, taken);
    } catch (again) {
      if (!(again instanceof RedisFault)) throw again;
      return unknown(gone, again);
    }
    if (!error.isOutcomeUnknown || attempt === MAX_ATTEMPTS) return { ...failed(keys, error), dropped: gone };
    return dropOrphans(run, keys, attempt + 1);
  }
}

async function readReverseTags(
  connection: RedisConnection,
  index: TagIndex,
  keys: readonly Buffer[],
): Promise<ReadonlyMap<string, readonly Buffer[]>> {
  const reverses = keys.flatMap((key) => {
    const reverse = index.reverseKeyOf(key);
    return reverse === null ? [] : [{ key, reverse }];
  });
  if (reverses.length === 0) return new Map();
  const tags = await readTagsOfEntries(
    connection,
    reverses.map(({ reverse }) => reverse),
  );
  return new Map(reverses.map(({ key }, at) => [key.toString('latin1'), tags[at] ?? []]));
}

function dropCommands(index: TagIndex, { keys: gone, reverseTags }: TakenOut): readonly RedisCommand[] {
  const lists = gone.flatMap((key): RedisCommand[] => {
    const reverse = index.reverseKeyOf(key);
    const tags = reverseTags.get(key.toString('latin1')) ?? [];
    return reverse === null || tags.length === 0 ? [] : [['SREM', reverse, ...tags]];
  });
  return [...(index.listing === null ? [] : [index.listing.drop(gone)]), ...lists];
}

const NONE = {
  ...{ changedCount: 0, skippedCount: 0, failedCount: 0, unknownCount: 0, foundDoneCount: 0 },
  ...{ lateCount: 0, isIndexUnknown: false, stopText: null, dropped: [] },
};

/** Redis refused it, or never answered. */
function failed(keys: readonly Buffer[], fault: RedisFault): DropResult {
  return { ...NONE, failedCount: keys.length, stopText: fault.message };
}

function unknown(gone: readonly Buffer[], fault: RedisFault): DropResult {
  const stopText = `${fault.message} An entry that was stored in that moment may be missing from the index.`;
  return { ...NONE, unknownCount: gone.length, isIndexUnknown: true, stopText, dropped: gone };
}
