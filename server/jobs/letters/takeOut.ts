import {
  type RedisCommand,
  type RedisConnection,
  RedisFault,
  type RedisReply,
} from '#server/redis/redisConnection.ts';
import type { LetterEntry } from '#server/sources/letters/parseLetter.ts';
import { orThrow } from '#server/tags/directory/sendInPages.ts';
import { faultIn } from '../purge/methods/batch.ts';
import { publishedFields } from './findReplayed.ts';

export interface TakenOut {
  readonly taken: readonly LetterEntry[];
  readonly fault: RedisFault | null;
}

/** Takes letters out of their stream, each by itself, which a full Redis does not refuse. Throws `RedisFault`. */
export async function drop(
  connection: RedisConnection,
  key: string,
  letters: readonly LetterEntry[],
): Promise<TakenOut> {
  const replies = await connection.pipeline(letters.map(({ id }): RedisCommand => ['XDEL', key, id]));
  const fault = faultIn(replies);
  if (fault?.isOutcomeUnknown === true) throw fault;
  return { taken: letters.filter((_, at) => replies[at] === 1), fault };
}

/** From which letters to which stream of events. */
interface Way {
  readonly key: string;
  readonly stream: string;
}

/**
 * Puts each letter back into the stream of events and takes it out of its own, in one transaction. None and no fault: somebody changed
 * the letters since they were watched, and nothing was done. Throws `RedisFault` when Redis ran none of it, or did not answer.
 */
export async function replay(
  connection: RedisConnection,
  { key, stream }: Way,
  letters: readonly LetterEntry[],
): Promise<TakenOut> {
  // By itself: where it is refused, what stands behind it in one write would run without it.
  await connection.send('MULTI');
  const acts = letters.flatMap((letter): readonly RedisCommand[] => [
    ['XADD', stream, '*', ...publishedFields(letter)],
    ['XDEL', key, letter.id],
  ]);
  const replies = await connection.pipeline([...acts, ['EXEC']]);
  const fault = faultIn(replies);
  if (fault !== null) throw fault;
  const outcome: RedisReply = replies.at(-1) ?? null;
  if (!Array.isArray(outcome)) return { taken: [], fault: null };
  const taken = letters.filter((_, at) => !(outcome[2 * at] instanceof RedisFault));
  const inner = faultIn(outcome);
  if (inner === null) return { taken, fault: null };
  const others = letters.filter((letter) => !taken.includes(letter));
  return { taken, fault: await buryAgain(connection, { key, others, inner }) };
}

interface Unplaced {
  readonly key: string;
  readonly others: readonly LetterEntry[];
  readonly inner: RedisFault;
}

/** Redis runs a transaction to its end: where the stream of events was replaced a moment before, letters are in neither. */
async function buryAgain(connection: RedisConnection, { key, others, inner }: Unplaced): Promise<RedisFault> {
  let told = `${others.length} letters are back among the others, under new ids.`;
  try {
    const acts = others.map(({ fields }): RedisCommand => ['XADD', key, '*', ...fields]);
    for (const reply of await connection.pipeline(acts)) orThrow(reply);
  } catch (error) {
    if (!(error instanceof RedisFault)) throw error;
    told = `${others.length} letters were taken out and may not be back: ${error.message}`;
  }
  return new RedisFault('other', 'XADD', `${inner.message} ${told}`);
}
