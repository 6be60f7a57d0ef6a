import type { RedisCommand, RedisConnection, RedisReply } from '#server/redis/redisConnection.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import type { RemovalCommands } from '#server/tags/tagLayout.ts';
import { patientSignal } from '../../fence/patientSignal.ts';
import { keepBefore } from '../../undo/keepBefore.ts';
import type { KeptBatch } from '../../undo/keptBatch.ts';
import { UndoFault, type UndoRecord } from '../../undo/undoVault.ts';
import { type BatchParts, type BatchResult, faultIn, MAX_ATTEMPTS } from './batch.ts';
import { BatchLedger } from './batchLedger.ts';

export interface RemovalParts extends BatchParts {
  /** Takes in what is about to be removed, before it is; null = nothing is kept. */
  readonly record: UndoRecord | null;
}

/**
 * Removes the keys and what the index says of them, in three steps: values, index, values again. A service that stores
 * an entry anew in between loses either nothing or the whole entry: never is a value left that its tag does not list.
 * (MULTI would say the same in one step, but a full Redis refuses it.) Keys that nothing lists go in one step, and so does
 * everything that fits one call of the fence.
 *
 * When an answer is missing, the keys are read again on a fresh connection: gone ones count as changed, and what is
 * still there is removed again, since the first command may yet run and only a second answer tells. Keys whose fate
 * no answer told count as unknown, never as failed. Behind the fence the keys are read once the first command can no longer
 * run: then what is still there is known to stay. Never throws `RedisFault`.
 */
export async function removeBatch(parts: RemovalParts, keys: readonly Buffer[]): Promise<BatchResult> {
  const ledger = new BatchLedger(keys);
  for (let attempt = 1; ; attempt += 1) {
    const fault = await attemptRemoval(parts, ledger);
    if (fault === null) return ledger.result(null);
    if (!fault.isOutcomeUnknown && fault.kind !== 'expired') return ledger.result(fault.message);
    if (fault.isOutcomeUnknown && !(await reread(parts, ledger))) {
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
    const removal = { removeValues, cleanIndex };
    return await (parts.fence === null ? removeInSteps : removeFenced)({
      parts,
      ledger,
      connection,
      removal,
    });
  } catch (error) {
    if (!(error instanceof RedisFault)) throw error;
    if (!ledger.isTold) return error;
    if (error.isOutcomeUnknown) ledger.noteCleanUpUnanswered();
    return indexFault(error);
  }
}

interface Removal {
  readonly parts: RemovalParts;
  readonly ledger: BatchLedger;
  readonly connection: RedisConnection;
  readonly removal: RemovalCommands;
}

/** Null when all is done, or why nothing was. Throws the fault of the clean-up once the values are gone. */
async function removeInSteps({ parts, ledger, connection, removal }: Removal): Promise<RedisFault | null> {
  const { removeValues, cleanIndex } = removal;
  const startMs = parts.clock.elapsedMs();
  const reply = await sendOne(connection, removeValues);
  parts.pace.record(parts.clock.elapsedMs() - startMs);
  ledger.noteReply(reply);
  // The index must not lose a key whose value a refusal has kept.
  if (reply instanceof RedisFault) return reply;
  // Nothing lists these keys: what is stored anew by now is whole, and stays.
  if (cleanIndex.length === 0) return null;
  const fault = faultIn(await connection.pipeline([...cleanIndex, removeValues]));
  if (fault !== null) throw fault;
  ledger.noteCleaned();
  return null;
}

/** The same behind the fence, in one step where it fits one call. */
async function removeFenced({ parts, ledger, connection, removal }: Removal): Promise<RedisFault | null> {
  const { fence, clock, pace } = parts;
  if (fence === null) return null;
  const once = [removal.removeValues, ...removal.cleanIndex];
  const startMs = clock.elapsedMs();
  const replies = await fence.send(
    connection,
    fence.isOneCall(once) ? once : [...once, removal.removeValues],
  );
  pace.record(clock.elapsedMs() - startMs);
  const [reply = null, ...rest] = replies;
  ledger.noteReply(reply);
  if (reply instanceof RedisFault) return reply;
  const fault = faultIn(rest);
  if (fault !== null) throw fault;
  ledger.noteCleaned();
  return null;
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
  const { session, fence, stop, clock, runId } = parts;
  using patient = patientSignal(stop, clock);
  // Behind the fence even a stopped batch comes to a known end, if Redis answers soon.
  const signal = fence === null ? stop : patient.signal;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const connection = await session.reopen(signal);
    if (connection === null || session.runId !== runId) return false;
    if (!ledger.isUntold) return true;
    try {
      if (fence !== null && (await fence.settle(connection, signal))) ledger.notePast();
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
