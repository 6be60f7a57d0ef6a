import {
  type RedisCommand,
  type RedisConnection,
  RedisFault,
  type RedisReply,
} from '#server/redis/redisConnection.ts';
import { patientSignal } from '../../fence/patientSignal.ts';
import { type BatchResult, faultIn, MAX_ATTEMPTS, type RepeatParts } from './batch.ts';

/** What a reply says of its key: done by this command, found done by an earlier one without an answer, left as it was, never to be done because Redis did not begin in time, or none of these (a fault). */
export type Judgement = 'done' | 'found' | 'left' | 'late' | 'fault';

export type JudgeReply = (reply: RedisReply, isRepeated: boolean) => Judgement;

/** Something that is done to each of `count` keys, with a reply for each. */
export interface ActOnEach {
  readonly count: number;
  /** Throws `RedisFault` when the connection failed. */
  run(connection: RedisConnection): Promise<readonly RedisReply[]>;
  /**
   * Of what is fenced: what became of each once nothing that was sent can run any more; null when that cannot be told. Throws
   * `RedisFault`. Absent = what is sent may run late.
   */
  settle?(connection: RedisConnection, stop: AbortSignal): Promise<readonly Judgement[] | null>;
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
  parts: RepeatParts,
  act: ActOnEach,
  judge: JudgeReply,
): Promise<BatchResult> {
  for (let attempt = 1; ; attempt += 1) {
    const replies = await runOn(parts, act);
    const isRepeated = attempt > 1;
    const judged = replies.map((reply) => (isLate(reply) ? 'late' : judge(reply, isRepeated)));
    const fault = faultIn(replies.filter((reply, at) => judged[at] === 'fault' || isLate(reply)));
    if (fault === null) return told(judged, replies, { isRepeated, stopText: null });
    const end = (stopText: string, of: readonly Judgement[] = judged) =>
      told(of, replies, { isRepeated, stopText });
    if (!fault.isOutcomeUnknown && !isLate(fault)) return end(fault.message);
    const isLast = attempt === MAX_ATTEMPTS;
    if (fault.isOutcomeUnknown) {
      const found = await askAgain(parts, act, isLast);
      if (found === 'unanswered') {
        return end(parts.stop.aborted ? '' : `${fault.message} Asking again gave no answer.`);
      }
      if (found !== null) {
        return end(parts.stop.aborted ? '' : `${fault.message} It was tried ${attempt} times.`, found);
      }
    } else if (parts.stop.aborted) return end('');
    if (isLast) return end(`${fault.message} It was tried ${MAX_ATTEMPTS} times.`);
  }
}

function isLate(reply: RedisReply): boolean {
  return reply instanceof RedisFault && reply.kind === 'expired';
}

/**
 * A fresh connection to the same Redis for another try; when none may follow, what became of each, where that can be told.
 */
async function askAgain(
  parts: RepeatParts,
  { settle }: ActOnEach,
  isLast: boolean,
): Promise<readonly Judgement[] | 'unanswered' | null> {
  const { session, stop, clock, runId } = parts;
  using patient = patientSignal(stop, clock);
  const signal = settle === undefined ? stop : patient.signal;
  const connection = await session.reopen(signal);
  if (connection === null || session.runId !== runId) return 'unanswered';
  if (settle === undefined || !(isLast || stop.aborted)) return null;
  try {
    return await settle(connection, signal);
  } catch (error) {
    if (error instanceof RedisFault) return 'unanswered';
    throw error;
  }
}

/** The reply of each key; of a connection that failed, its fault in the place of each. */
async function runOn({ session, clock, pace }: RepeatParts, act: ActOnEach): Promise<readonly RedisReply[]> {
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
    lateCount: countOf('late'),
    isIndexUnknown: false,
    stopText,
  };
}
