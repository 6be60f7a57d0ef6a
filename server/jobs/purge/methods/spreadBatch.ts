import { type RedisCommand, RedisFault, type RedisReply } from '#server/redis/redisConnection.ts';
import { drawInteger, type RandomBytes } from '../../drawRandom.ts';
import { type BatchParts, type BatchResult, faultIn, MAX_ATTEMPTS } from './batch.ts';

export interface SpreadParts extends BatchParts {
  readonly overMs: number;
  readonly random: RandomBytes;
}

/**
 * Gives each key an expiry at a random moment within the span, unless it has an earlier one (PEXPIREAT LT, Redis 7). Moments are
 * drawn once: a command that ran without an answer does the same again, so asking again is safe and needs no reading.
 * Until then the entries are served and stay in their tags. Never throws `RedisFault`.
 */
export async function spreadBatch(parts: SpreadParts, keys: readonly Buffer[]): Promise<BatchResult> {
  const { clock, overMs, random } = parts;
  const nowMs = clock.nowMs();
  const commands = keys.map(
    (key): RedisCommand => ['PEXPIREAT', key, nowMs + 1 + drawInteger(random, overMs), 'LT'],
  );
  for (let attempt = 1; ; attempt += 1) {
    const replies = await sendAll(parts, commands);
    const fault = faultIn(replies);
    if (fault === null) return told(replies, attempt > 1, null);
    if (!fault.isOutcomeUnknown) return told(replies, attempt > 1, fault.message);
    const connection = await parts.session.reopen(parts.stop);
    if (connection === null || parts.session.runId !== parts.runId) {
      return told(
        replies,
        attempt > 1,
        parts.stop.aborted ? '' : `${fault.message} Asking again gave no answer.`,
      );
    }
    if (attempt === MAX_ATTEMPTS) {
      return told(replies, attempt > 1, `${fault.message} It was tried ${MAX_ATTEMPTS} times.`);
    }
  }
}

/** The reply of each command; of a connection that failed, its fault in the place of each. */
async function sendAll(parts: SpreadParts, commands: readonly RedisCommand[]): Promise<RedisReply[]> {
  try {
    const connection = await parts.session.connection();
    const startMs = parts.clock.elapsedMs();
    const replies = await connection.pipeline(commands);
    parts.pace.record(parts.clock.elapsedMs() - startMs);
    return replies;
  } catch (error) {
    if (!(error instanceof RedisFault)) throw error;
    return commands.map(() => error);
  }
}

/** `isRepeated`: an earlier try may have done what this one finds done. */
function told(replies: readonly RedisReply[], isRepeated: boolean, stopText: string | null): BatchResult {
  const count = (is: (reply: RedisReply) => boolean) => replies.filter(is).length;
  const setCount = count((reply) => reply === 1);
  const leftCount = count((reply) => reply === 0);
  const unknownCount = count((reply) => reply instanceof RedisFault && reply.isOutcomeUnknown);
  const foundDoneCount = isRepeated ? leftCount : 0;
  const refusedCount = replies.length - setCount - leftCount - unknownCount;
  return {
    changedCount: setCount + foundDoneCount,
    skippedCount: leftCount - foundDoneCount,
    // What an earlier try may have done, a refusal now does not undo.
    failedCount: isRepeated ? 0 : refusedCount,
    unknownCount: unknownCount + (isRepeated ? refusedCount : 0),
    foundDoneCount,
    isIndexUnknown: false,
    stopText,
  };
}
