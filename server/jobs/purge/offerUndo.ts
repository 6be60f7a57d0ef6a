import { type RedisConnection, RedisFault, type RedisReply } from '#server/redis/redisConnection.ts';
import type { PurgePlan } from '#shared/acting/plan.ts';
import type { PurgeInput, PurgeMethod } from '#shared/acting/purgeInput.ts';
import { isRemoval } from '#shared/acting/purgeStages.ts';
import { ENTRY_HEADER_BYTES } from '#shared/entryHeader.ts';
import { UNDO_KEPT_MS, type UndoVault } from '../undo/undoVault.ts';
import { faultIn } from './methods/batch.ts';
import type { KeySample } from './sampleKeys.ts';

/** A dump, written as text and encrypted, is larger than what MEMORY USAGE tells by less than this. Ours. */
const GROWTH = 1.5;

export interface Offered {
  readonly input: PurgeInput;
  readonly method: PurgeMethod;
  readonly sample: KeySample;
  readonly vault: UndoVault;
}

/** Whether what the purge removes will be kept. Asks of one key what the run asks of each, which tells whether it is permitted. Throws `RedisFault`. */
export async function offerUndo(
  connection: RedisConnection,
  { input, method, sample, vault }: Offered,
): Promise<PurgePlan['undo']> {
  if (!isRemoval(method)) return notKept('Nothing is removed by it; expiries that it sets stay.');
  if (input.isDataBad === true) return notKept('The data is said to be wrong or leaked.');
  const mostBytes = sample.bytes.high * GROWTH;
  if (mostBytes > vault.freeBytes()) {
    const mebibytes = (bytes: number) => Math.ceil(bytes / 1_048_576);
    return notKept(
      `It may need ${mebibytes(mostBytes)} MiB, of which ${mebibytes(vault.freeBytes())} are left for undos.`,
    );
  }
  const fault = await tryToKeep(connection, sample);
  return fault === null ? { state: 'kept', keptMs: UNDO_KEPT_MS } : notKept(fault.message);
}

function notKept(why: string): PurgePlan['undo'] {
  return { state: 'notKept', why };
}

/** What the run will send of each key, sent of one; null when all of it is permitted. */
async function tryToKeep(connection: RedisConnection, sample: KeySample): Promise<RedisFault | null> {
  const key = sample.largest.at(-1)?.key;
  if (key === undefined) return null;
  const replies = await connection.pipeline([
    ['PTTL', key],
    ['GETRANGE', key, 0, ENTRY_HEADER_BYTES - 1],
    ['GET', key],
    ['DUMP', key],
  ]);
  const isOfType = (reply: RedisReply) => reply instanceof RedisFault && reply.kind === 'wrongType';
  const fault = faultIn(replies.filter((reply) => !isOfType(reply)));
  if (fault?.isOutcomeUnknown === true) throw fault;
  return fault;
}
