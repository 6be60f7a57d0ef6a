import type { Clock } from '#server/clock/clock.ts';
import { type RedisConnection, RedisFault } from '#server/redis/redisConnection.ts';
import type { PurgePlan } from '#shared/acting/plan.ts';
import type { PurgeInput, PurgeMethod } from '#shared/acting/purgeInput.ts';
import { isRemoval } from '#shared/acting/purgeStages.ts';
import { ENTRY_HEADER_BYTES } from '#shared/entryHeader.ts';
import { keepBefore } from '../undo/keepBefore.ts';
import { UNDO_KEPT_MS, type UndoVault } from '../undo/undoVault.ts';
import { faultIn } from './methods/batch.ts';
import type { KeySample } from './sampleKeys.ts';
import type { Selection } from './selections/selection.ts';

/** A dump, written as text and encrypted, is larger than what MEMORY USAGE tells by less than this. Ours. */
const GROWTH = 1.5;

export interface Offered {
  readonly input: PurgeInput;
  readonly method: PurgeMethod;
  readonly sample: KeySample;
  readonly selection: Selection;
  readonly vault: UndoVault;
  readonly clock: Clock;
}

/** Whether what the purge removes will be kept. Asks of one key what the run asks of each, which tells whether it is permitted. Throws `RedisFault`. */
export async function offerUndo(connection: RedisConnection, offered: Offered): Promise<PurgePlan['undo']> {
  const { input, method, sample, selection, vault } = offered;
  if (!isRemoval(method)) {
    const stays = method.how === 'soft' ? 'what it marks stays marked' : 'expiries that it sets stay';
    return notKept(`Nothing is removed by it; ${stays}.`);
  }
  if (input.isDataBad === true) return notKept('The data is said to be wrong or leaked.');
  if (selection.whyNoUndo !== undefined) return notKept(selection.whyNoUndo);
  const mostBytes = sample.bytes.high * GROWTH;
  if (mostBytes > vault.freeBytes()) {
    const mebibytes = (bytes: number) => Math.ceil(bytes / 1_048_576);
    return notKept(
      `It may need ${mebibytes(mostBytes)} MiB, of which ${mebibytes(vault.freeBytes())} are left for undos.`,
    );
  }
  const fault = await tryToKeep(connection, offered);
  return fault === null ? { state: 'kept', keptMs: UNDO_KEPT_MS } : notKept(fault.message);
}

function notKept(why: string): PurgePlan['undo'] {
  return { state: 'notKept', why };
}

/** Reads of one key what the run reads of each; the fault, when that is not permitted. */
async function tryToKeep(
  connection: RedisConnection,
  { selection, sample, clock }: Offered,
): Promise<RedisFault | null> {
  const found = sample.largest.at(-1)?.key;
  if (found === undefined) return null;
  // Reading a value makes its key look used, which a condition may ask about: then a name beside it, where nothing stands.
  const isAskedOfUse = selection.readStillMeant !== null;
  const key = isAskedOfUse ? Buffer.concat([found, Buffer.from(':cachescope:may-be-kept')]) : found;
  try {
    const { cleanIndex } = await selection.prepareRemoval(connection, [key]);
    await keepBefore(connection, [key], { cleanIndex, nowMs: () => clock.nowMs() });
    // Of other keys the run may ask what it did not ask of this one.
    const replies = await connection.pipeline([
      ['PTTL', key],
      ['GETRANGE', key, 0, ENTRY_HEADER_BYTES - 1],
      ['GET', key],
      ['DUMP', key],
    ]);
    return faultIn(replies.filter((reply) => !(reply instanceof RedisFault && reply.kind === 'wrongType')));
  } catch (error) {
    if (error instanceof RedisFault && !error.isOutcomeUnknown) return error;
    throw error;
  }
}
