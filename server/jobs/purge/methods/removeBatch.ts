import type { RedisCommand, RedisConnection, RedisReply } from '#server/redis/redisConnection.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import { parseInteger } from '#server/tags/parseReplies.ts';
import { keepBefore } from '../../undo/keepBefore.ts';
import type { KeptBatch } from '../../undo/keptBatch.ts';
import { UndoFault, type UndoRecord } from '../../undo/undoVault.ts';
import { type BatchParts, type BatchResult, faultIn, MAX_ATTEMPTS } from './batch.ts';

export interface RemovalParts extends BatchParts {
  /** Takes in what is about to be removed, before it is; null = nothing is kept. */
  readonly record: UndoRecord | null;
}

/**
 * Removes the keys and what the index says of them, in three steps: values, index, values again. A service that stores
 * an entry anew in between loses either nothing or the whole entry: never is a value left that its tag does not list.
 * (MULTI would say the same in one step, but a full Redis refuses it.) Keys that nothing lists go in one step.
 *
 * When an answer is missing, the keys are read again on a fresh connection: gone ones count as changed, and what is
 * still there is removed again, since the first command may yet run and only a second answer tells. Keys whose fate
 * no answer told count as unknown, never as failed. Never throws `RedisFault`.
 */
export async function removeBatch(parts: RemovalParts, keys: readonly Buffer[]): Promise<BatchResult> {
  const ledger = new BatchLedger(keys);
  for (let attempt = 1; ; attempt += 1) {
    const fault = await attemptRemoval(parts, ledger);
    if (fault === null) return ledger.result(null);
    if (!fault.isOutcomeUnknown) return ledger.result(fault.message);
    if (!(await reread(parts, ledger))) {
      const text = parts.stop.aborted ? '' : `${fault.message} Asking again gave no answer.`;
      return ledger.result(text);
    }
    if (parts.stop.aborted) return ledger.result('');
    if (attempt === MAX_ATTEMPTS)
      return ledger.result(`${fault.message} It was tried ${MAX_ATTEMPTS} times.`);
  }
}

/** Null when the values and the index are done; otherwise what went wrong first. */
async function attemptRemoval(parts: RemovalParts, ledger: BatchLedger): Promise<RedisFault | null> {
  const { session, selection, clock } = parts;
  try {
    const connection = await session.connection();
    const { removeValues, cleanIndex } = await selection.prepareRemoval(connection, ledger.keys);
    // Once: a second try may find what services stored after the first.
    if (parts.record !== null && !ledger.isKept) {
      await keepForUndo(
        parts.record,
        await keepBefore(connection, ledger.keys, { cleanIndex, nowMs: () => clock.nowMs() }),
      );
      ledger.isKept = true;
    }
    const startMs = clock.elapsedMs();
    const reply = await sendOne(connection, removeValues);
    parts.pace.record(clock.elapsedMs() - startMs);
    ledger.noteReply(reply);
    // The index must not lose a key whose value a refusal has kept.
    if (reply instanceof RedisFault) return reply;
    // Nothing lists these keys: what is stored anew by now is whole, and stays.
    if (cleanIndex.length === 0) return null;
    const fault = faultIn(await connection.pipeline([...cleanIndex, removeValues]));
    if (fault !== null) throw fault;
    ledger.noteCleaned();
    return null;
  } catch (error) {
    if (!(error instanceof RedisFault)) throw error;
    if (!ledger.isTold) return error;
    if (error.isOutcomeUnknown) ledger.noteCleanUpUnanswered();
    return indexFault(error);
  }
}

/** Nothing is removed that was to be kept and could not be. */
async function keepForUndo(record: UndoRecord, batch: KeptBatch): Promise<void> {
  try {
    await record.append(batch);
  } catch (error) {
    if (!(error instanceof UndoFault)) throw error;
    const text = `${error.message} Nothing of this batch was removed. Plan the rest without keeping it.`;
    throw new RedisFault('other', 'DUMP', text);
  }
}

/** The reply, or the fault as a value whether the command or the connection failed. */
async function sendOne(connection: RedisConnection, command: RedisCommand): Promise<RedisReply> {
  try {
    const [reply] = await connection.pipeline([command]);
    return reply ?? null;
  } catch (error) {
    if (error instanceof RedisFault) return error;
    throw error;
  }
}

function indexFault(fault: RedisFault): RedisFault {
  const text =
    "The values are removed, but the tag's index was not wholly cleaned, and entries stored meanwhile may be " +
    `missing from it: ${fault.message}`;
  return new RedisFault(fault.kind, fault.command, text);
}

/**
 * Asks on a fresh connection which keys are still there; MEMORY USAGE tells without counting as a look-up. False when
 * there is no answer, or when another Redis answers, whose keys say nothing of what the first one did.
 */
async function reread(parts: BatchParts, ledger: BatchLedger): Promise<boolean> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const connection = await parts.session.reopen(parts.stop);
    if (connection === null || parts.session.runId !== parts.runId) return false;
    if (!ledger.isUntold) return true;
    try {
      const replies = await connection.pipeline(ledger.keys.map((key) => ['MEMORY', 'USAGE', key]));
      if (faultIn(replies) !== null) continue;
      ledger.noteFoundGone(replies.filter((reply) => reply === null).length);
      return true;
    } catch (error) {
      if (!(error instanceof RedisFault)) throw error;
    }
  }
  return false;
}

/** Keeps what is known of the keys of one batch, over several attempts. */
class BatchLedger {
  readonly keys: readonly Buffer[];
  /** What the batch removes is kept for an undo. */
  isKept = false;
  #isTold = false;
  #isRefused = false;
  #isIndexUnknown = false;
  /** A removal was sent and not answered: whatever comes now, it may have run or may yet run. */
  #isUnanswered = false;
  #changedCount = 0;
  #foundGoneCount = 0;

  constructor(keys: readonly Buffer[]) {
    this.keys = keys;
  }

  /** True once Redis has said what a removal of all the keys did. */
  get isTold(): boolean {
    return this.#isTold;
  }

  get isUntold(): boolean {
    return this.#isUnanswered && !this.#isTold;
  }

  noteReply(reply: RedisReply): void {
    // Later attempts only repeat what was told.
    if (this.#isTold) return;
    if (reply instanceof RedisFault) {
      if (reply.isOutcomeUnknown) this.#isUnanswered = true;
      else this.#isRefused = true;
      return;
    }
    this.#isTold = true;
    const count = this.keys.length;
    const removedCount = Math.min(count, parseInteger(reply) ?? 0);
    // Keys that this answer did not remove may be the work of the one without an answer: gone is what they are.
    this.#foundGoneCount = this.#isUnanswered ? count - removedCount : 0;
    this.#changedCount = removedCount + this.#foundGoneCount;
  }

  noteCleaned(): void {
    this.#isIndexUnknown = false;
  }

  noteCleanUpUnanswered(): void {
    this.#isIndexUnknown = true;
  }

  noteFoundGone(count: number): void {
    this.#foundGoneCount = count;
    this.#changedCount = count;
  }

  result(stopText: string | null): BatchResult {
    const count = this.keys.length;
    const restCount = count - this.#changedCount;
    const isFailed = this.#isRefused && !this.#isUnanswered && !this.#isTold;
    return {
      changedCount: this.#changedCount,
      skippedCount: this.#isTold ? restCount : 0,
      failedCount: isFailed ? count : 0,
      unknownCount: this.isUntold ? restCount : 0,
      foundDoneCount: this.#foundGoneCount,
      isIndexUnknown: this.#isIndexUnknown,
      stopText,
    };
  }
}
