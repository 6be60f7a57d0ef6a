import {
  type RedisCommand,
  type RedisConnection,
  RedisFault,
  type RedisReply,
} from '#server/redis/redisConnection.ts';
import { type BatchParts, type BatchResult, faultIn, MAX_ATTEMPTS } from './batch.ts';

/** What a reply says of its key: done by this command, found done by an earlier one without an answer, left as it was, or none of these (a fault). */
export type Judgement = 'done' | 'found' | 'left' | 'fault';

export type JudgeReply = (reply: RedisReply, isRepeated: boolean) => Judgement;

/** Something that is done to each of `count` keys, with a reply for each. */
export interface ActOnEach {
  readonly count: number;
  /** Throws `RedisFault` when the connection failed. */
  run(connection: RedisConnection): Promise<readonly RedisReply[]>;
}

/** One command a key. */
export function inOrder(commands: readonly RedisCommand[]): ActOnEach {
  return { count: commands.length, run: (connection) => connection.pipeline(commands) };
}

/** What is as it should be already: the work of an earlier try, if there was one. */
export function already(isRepeated: boolean): Judgement {
  return isRepeated ? 'found' : 'left';
}

/**
 * Runs what does nothing the second time, once for all keys: what was not answered is asked again on a fresh
 * connection, without a re-read. Never throws `RedisFault`.
 */
export async function runRepeatable(
  parts: Omit<BatchParts, 'selection'>,
  act: ActOnEach,
  judge: JudgeReply,
): Promise<BatchResult> {
  for (let attempt = 1; ; attempt += 1) {
    const replies = await runOn(parts, act);
    const isRepeated = attempt > 1;
    const judged = replies.map((reply) => judge(reply, isRepeated));
    const fault = faultIn(replies.filter((_, at) => judged[at] === 'fault'));
    if (fault === null) return told(judged, replies, { isRepeated, stopText: null });
    const end = (stopText: string) => told(judged, replies, { isRepeated, stopText });
    if (!fault.isOutcomeUnknown) return end(fault.message);
    const connection = await parts.session.reopen(parts.stop);
    if (connection === null || parts.session.runId !== parts.runId) {
      return end(parts.stop.aborted ? '' : `${fault.message} Asking again gave no answer.`);
    }
    if (attempt === MAX_ATTEMPTS) return end(`${fault.message} It was tried ${MAX_ATTEMPTS} times.`);
  }
}

/** The reply of each key; of a connection that failed, its fault in the place of each. */
async function runOn(
  { session, clock, pace }: Omit<BatchParts, 'selection'>,
  act: ActOnEach,
): Promise<readonly RedisReply[]> {
  try {
    const connection = await session.connection();
    const startMs = clock.elapsedMs();
    const replies = await act.run(connection);
    pace.record(clock.elapsedMs() - startMs);
    return replies;
  } catch (error) {
    if (!(error instanceof RedisFault)) throw error;
    return Array<RedisReply>(act.count).fill(error);
  }
}

interface Circumstances {
  /** An earlier try may have done what this one finds done. */
  readonly isRepeated: boolean;
  readonly stopText: string | null;
}

function told(
  judged: readonly Judgement[],
  replies: readonly RedisReply[],
  { isRepeated, stopText }: Circumstances,
): BatchResult {
  const countOf = (judgement: Judgement) => judged.filter((what) => what === judgement).length;
  const foundDoneCount = countOf('found');
  const faults = replies.filter((reply, at) => judged[at] === 'fault' && reply instanceof RedisFault);
  const unknownCount = faults.filter((fault) => fault instanceof RedisFault && fault.isOutcomeUnknown).length;
  const refusedCount = countOf('fault') - unknownCount;
  return {
    changedCount: countOf('done') + foundDoneCount,
    skippedCount: countOf('left'),
    // What an earlier try may have done, a refusal now does not undo.
    failedCount: isRepeated ? 0 : refusedCount,
    unknownCount: unknownCount + (isRepeated ? refusedCount : 0),
    foundDoneCount,
    isIndexUnknown: false,
    stopText,
  };
}
