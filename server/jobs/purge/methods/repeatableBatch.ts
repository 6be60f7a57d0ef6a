import { type RedisCommand, RedisFault, type RedisReply } from '#server/redis/redisConnection.ts';
import { type BatchParts, type BatchResult, faultIn, MAX_ATTEMPTS } from './batch.ts';

/** What a reply says of its key: done by this command, left as it was, or neither (a fault). */
export type JudgeReply = (reply: RedisReply) => 'done' | 'left' | 'fault';

/**
 * Sends one command a key, of a kind that does nothing the second time: what was not answered is asked again on a fresh
 * connection, without a re-read. Never throws `RedisFault`.
 */
export async function runRepeatable(
  parts: Omit<BatchParts, 'selection'>,
  commands: readonly RedisCommand[],
  judge: JudgeReply,
): Promise<BatchResult> {
  for (let attempt = 1; ; attempt += 1) {
    const replies = await sendAll(parts, commands);
    const isRepeated = attempt > 1;
    const fault = faultIn(replies.filter((reply) => judge(reply) === 'fault'));
    if (fault === null) return told(replies.map(judge), replies, { isRepeated, stopText: null });
    const end = (stopText: string) => told(replies.map(judge), replies, { isRepeated, stopText });
    if (!fault.isOutcomeUnknown) return end(fault.message);
    const connection = await parts.session.reopen(parts.stop);
    if (connection === null || parts.session.runId !== parts.runId) {
      return end(parts.stop.aborted ? '' : `${fault.message} Asking again gave no answer.`);
    }
    if (attempt === MAX_ATTEMPTS) return end(`${fault.message} It was tried ${MAX_ATTEMPTS} times.`);
  }
}

/** The reply of each command; of a connection that failed, its fault in the place of each. */
async function sendAll(
  { session, clock, pace }: Omit<BatchParts, 'selection'>,
  commands: readonly RedisCommand[],
): Promise<RedisReply[]> {
  try {
    const connection = await session.connection();
    const startMs = clock.elapsedMs();
    const replies = await connection.pipeline(commands);
    pace.record(clock.elapsedMs() - startMs);
    return replies;
  } catch (error) {
    if (!(error instanceof RedisFault)) throw error;
    return commands.map(() => error);
  }
}

interface Circumstances {
  /** An earlier try may have done what this one finds done. */
  readonly isRepeated: boolean;
  readonly stopText: string | null;
}

function told(
  judged: readonly ReturnType<JudgeReply>[],
  replies: readonly RedisReply[],
  { isRepeated, stopText }: Circumstances,
): BatchResult {
  const doneCount = judged.filter((what) => what === 'done').length;
  const leftCount = judged.filter((what) => what === 'left').length;
  const faults = replies.filter((reply, at) => judged[at] === 'fault' && reply instanceof RedisFault);
  const unknownCount = faults.filter((fault) => fault instanceof RedisFault && fault.isOutcomeUnknown).length;
  const refusedCount = judged.length - doneCount - leftCount - unknownCount;
  const foundDoneCount = isRepeated ? leftCount : 0;
  return {
    changedCount: doneCount + foundDoneCount,
    skippedCount: leftCount - foundDoneCount,
    // What an earlier try may have done, a refusal now does not undo.
    failedCount: isRepeated ? 0 : refusedCount,
    unknownCount: unknownCount + (isRepeated ? refusedCount : 0),
    foundDoneCount,
    isIndexUnknown: false,
    stopText,
  };
}
