import { type RedisCommand, RedisFault, type RedisReply } from '#server/redis/redisConnection.ts';
import { type LetterEntry, parseLetterEntries } from '#server/sources/parseLetter.ts';
import { orThrow } from '#server/tags/directory/sendInPages.ts';
import { REPLAYED_STREAM } from '#shared/letters/letterStreams.ts';
import type { OperatorSession } from '../operatorSession.ts';
import { type BatchResult, faultIn, MAX_ATTEMPTS } from '../purge/methods/batch.ts';
import type { HeldLetters } from './heldLetters.ts';

interface SettleParts {
  readonly session: OperatorSession;
  readonly held: HeldLetters;
  readonly stop: AbortSignal;
}

/** Letters are buried while a service fails: a batch that met one is tried again so often. Ours. */
const MAX_CONFLICTS = 20;

/** Fields that the stream gave it or that were added when it was given up; it goes back as it was published. */
const NOT_REPLAYED: ReadonlySet<string> = new Set(['seq', 'deliveries', 'reason']);

/**
 * Takes letters out of their stream and, to replay them, puts them back into that of the events, in one transaction that Redis runs
 * wholly or not at all: an interruption loses none. A lost answer leads to a second look: what is gone then is done. Never throws
 * `RedisFault`.
 */
export async function settleLetters(
  parts: SettleParts,
  ids: readonly string[],
  attempt = 1,
): Promise<BatchResult> {
  let sent: readonly string[] = [];
  try {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
      const entries = await watch(parts, ids);
      sent = entries.map(({ id }) => id);
      const done = entries.length === 0 || (await execute(parts, entries));
      if (done) {
        const changedCount = entries.length;
        return { ...NONE, changedCount, skippedCount: ids.length - changedCount };
      }
    }
    return failed(ids, 'Other letters come all the time; the services fail now. Try again when they do not.');
  } catch (error) {
    if (!(error instanceof RedisFault)) throw error;
    if (!error.isOutcomeUnknown) return failed(ids, error.message);
    return lookAgain(parts, { ids, sent, error, attempt });
  }
}

/** The letters that are there; nothing may change them until they are settled. */
async function watch(
  { session, held }: SettleParts,
  ids: readonly string[],
): Promise<readonly LetterEntry[]> {
  const connection = await session.connection();
  const [watched, type, ...replies] = await connection.pipeline([
    ['WATCH', held.key],
    ['TYPE', REPLAYED_STREAM],
    ...ids.map((id): RedisCommand => ['XRANGE', held.key, id, id, 'COUNT', 1]),
  ]);
  const entries = [watched, ...replies].flatMap((reply) => parseLetterEntries(orThrow(reply ?? null)));
  if (entries.length === 0) await connection.send('UNWATCH');
  // XADD to something else would fail alone, and the letter would be gone.
  if (held.plan.act === 'replay' && String(type) !== 'stream')
    throw new RedisFault('other', 'XADD', `The stream ${REPLAYED_STREAM} is gone. The letters stay.`);
  return entries;
}

/** False = somebody changed the letters meanwhile, and nothing was done. */
async function execute({ session, held }: SettleParts, entries: readonly LetterEntry[]): Promise<boolean> {
  const connection = await session.connection();
  const acts = entries.flatMap((entry): readonly RedisCommand[] => [
    ...(held.plan.act === 'replay'
      ? [['XADD', REPLAYED_STREAM, '*', ...publishedFields(entry)] as const]
      : []),
    ['XDEL', held.key, entry.id],
  ]);
  const replies = await connection.pipeline([['MULTI'], ...acts, ['EXEC']]);
  const outcome: RedisReply = replies.at(-1) ?? null;
  const fault = faultIn(replies);
  if (fault !== null) throw fault;
  if (Array.isArray(outcome)) {
    const inner = faultIn(outcome);
    if (inner !== null) throw inner;
    return true;
  }
  return false;
}

function publishedFields({ fields }: LetterEntry): readonly Buffer[] {
  return fields.filter((_, at) => !NOT_REPLAYED.has(fields[at - (at % 2)]?.toString('utf8') ?? ''));
}

interface Unanswered {
  readonly ids: readonly string[];
  readonly sent: readonly string[];
  readonly error: RedisFault;
  readonly attempt: number;
}

/** A transaction that was not answered has run or has not: what it was of is gone or there. */
async function lookAgain(
  parts: SettleParts,
  { ids, sent, error, attempt }: Unanswered,
): Promise<BatchResult> {
  const { session, held, stop } = parts;
  const connection = await session.reopen(stop);
  if (connection === null || session.runId !== held.runId) return unknown(ids, error);
  try {
    const replies = await connection.pipeline(ids.map((id) => ['XRANGE', held.key, id, id, 'COUNT', 1]));
    const there = replies.flatMap((reply) => parseLetterEntries(orThrow(reply))).map(({ id }) => id);
    const foundDoneCount = sent.filter((id) => !there.includes(id)).length;
    const skippedCount = ids.length - there.length - foundDoneCount;
    if (there.length > 0 && attempt === MAX_ATTEMPTS)
      return { ...failed(there, error.message), changedCount: foundDoneCount, foundDoneCount, skippedCount };
    const rest = there.length === 0 ? NONE : await settleLetters(parts, there, attempt + 1);
    return {
      ...rest,
      changedCount: rest.changedCount + foundDoneCount,
      foundDoneCount: rest.foundDoneCount + foundDoneCount,
      skippedCount: rest.skippedCount + skippedCount,
    };
  } catch (again) {
    if (!(again instanceof RedisFault)) throw again;
    return unknown(ids, again);
  }
}

const NONE: BatchResult = {
  ...{ changedCount: 0, skippedCount: 0, failedCount: 0, unknownCount: 0, foundDoneCount: 0 },
  ...{ lateCount: 0, isIndexUnknown: false, stopText: null },
};

function failed(ids: readonly string[], stopText: string): BatchResult {
  return { ...NONE, failedCount: ids.length, stopText };
}

function unknown(ids: readonly string[], { message }: RedisFault): BatchResult {
  return { ...NONE, unknownCount: ids.length, stopText: message };
}
