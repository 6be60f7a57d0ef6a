import { type RedisConnection, RedisFault } from '#server/redis/redisConnection.ts';
import { type BatchParts, type BatchResult, MAX_ATTEMPTS, type RunBatch } from './batch.ts';

/** A batch of which nothing came. */
const NOTHING: BatchResult = {
  ...{ changedCount: 0, skippedCount: 0, failedCount: 0, unknownCount: 0, foundDoneCount: 0, lateCount: 0 },
  isIndexUnknown: false,
  stopText: null,
};

/**
 * Asks a selection by conditions which keys are meant still, and changes only these: about one round trip lies between. Keys that
 * are meant no longer count as skipped. What cannot be asked is not changed. Never throws `RedisFault`.
 */
export function recheckedBatch(parts: BatchParts, runBatch: RunBatch): RunBatch {
  const { readStillMeant } = parts.selection;
  if (readStillMeant === null) return runBatch;
  return async (keys) => {
    const meant = await readAgain(parts, (connection) => readStillMeant(connection, keys));
    if (meant instanceof RedisFault) return { ...NOTHING, stopText: meant.message };
    const skippedCount = keys.length - meant.length;
    const result = meant.length === 0 ? NOTHING : await runBatch(meant);
    return { ...result, skippedCount: result.skippedCount + skippedCount };
  };
}

/** Reading changes nothing: without an answer it is asked again on a fresh connection to the same Redis. */
async function readAgain<T>(
  { session, stop, runId }: BatchParts,
  read: (connection: RedisConnection) => Promise<T>,
): Promise<T | RedisFault> {
  let last = new RedisFault('unreachable', '', 'Redis did not answer.');
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    try {
      const connection = attempt === 1 ? await session.connection() : await session.reopen(stop);
      if (connection === null || session.runId !== runId) return last;
      return await read(connection);
    } catch (error) {
      if (!(error instanceof RedisFault)) throw error;
      last = error;
      if (!error.isOutcomeUnknown) return last;
    }
  }
  return last;
}
