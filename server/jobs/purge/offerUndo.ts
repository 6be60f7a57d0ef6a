import { type RedisConnection, RedisFault } from '#server/redis/redisConnection.ts';
import type { PurgePlan } from '#shared/acting/plan.ts';
import type { PurgeInput, PurgeMethod } from '#shared/acting/purgeInput.ts';
import { UNDO_KEPT_MS, type UndoVault } from '../undo/undoVault.ts';
import type { KeySample } from './sampleKeys.ts';

/** A dump, written as text and encrypted, is larger than what MEMORY USAGE tells by less than this. Ours. */
const GROWTH = 1.5;

export interface Offered {
  readonly input: PurgeInput;
  readonly method: PurgeMethod;
  readonly sample: KeySample;
  readonly vault: UndoVault;
}

/** Whether what the purge removes will be kept. Asks for one DUMP, which tells whether it is permitted. Throws `RedisFault`. */
export async function offerUndo(
  connection: RedisConnection,
  { input, method, sample, vault }: Offered,
): Promise<PurgePlan['undo']> {
  if (method.how !== 'now') return notKept('Nothing is removed by it; expiries that it sets stay.');
  if (input.isDataBad === true) return notKept('The data is said to be wrong or leaked.');
  const mostBytes = sample.bytes.high * GROWTH;
  if (mostBytes > vault.freeBytes()) {
    const mebibytes = (bytes: number) => Math.ceil(bytes / 1_048_576);
    return notKept(
      `It may need ${mebibytes(mostBytes)} MiB, of which ${mebibytes(vault.freeBytes())} are left for undos.`,
    );
  }
  const [largest] = sample.largest;
  const fault = largest === undefined ? null : await tryDump(connection, largest.key);
  return fault === null ? { state: 'kept', keptMs: UNDO_KEPT_MS } : notKept(fault.message);
}

function notKept(why: string): PurgePlan['undo'] {
  return { state: 'notKept', why };
}

async function tryDump(connection: RedisConnection, key: Buffer): Promise<RedisFault | null> {
  try {
    await connection.send('DUMP', key);
    return null;
  } catch (error) {
    if (error instanceof RedisFault && !error.isOutcomeUnknown) return error;
    throw error;
  }
}
