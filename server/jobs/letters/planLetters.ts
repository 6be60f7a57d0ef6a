import { createHash } from 'node:crypto';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { type LetterEntry, letterField, parseLetterEntries } from '#server/sources/letters/parseLetter.ts';
import { untoldStream } from '#server/sources/letters/untoldStream.ts';
import { orThrow } from '#server/tags/directory/sendInPages.ts';
import { type LettersInput, type LettersPlan, TYPED_CONFIRMATION_ABOVE_KEYS } from '#shared/acting/plan.ts';
import { AppError } from '#shared/errorCodes.ts';
import { type LetterStream, letterQueueText, letterStreamKey } from '#shared/letters/letterStreams.ts';
import type { TermsOf } from '../door/planTerms.ts';
import type { RandomBytes } from '../drawRandom.ts';
import { formatCount } from '../formatCount.ts';
import type { OperatorSession } from '../operatorSession.ts';
import type { HeldLetters } from './heldLetters.ts';

export interface LettersPlanParts {
  readonly session: OperatorSession;
  readonly random: RandomBytes;
  readonly environment: string;
  readonly token: string;
  readonly termsOf: TermsOf;
  /** Start of the key names of a service; null = it is not known. */
  readonly prefixOf: (service: string) => string | null;
  /** Streams of events whose letters this server may read and replay. */
  readonly eventStreams: readonly string[];
}

/** Entries of one XRANGE. */
const PAGE = 100;
/** Of one plan: as many as the library keeps of events and of invalidations. */
const MOST_LETTERS = 10_000;

/**
 * What replaying or dropping dead letters would do: reads each of them. Throws `AppError` notFound when none is there, badInput where
 * they cannot be replayed; `RedisFault`.
 */
export async function planLetters(parts: LettersPlanParts, input: LettersInput): Promise<HeldLetters> {
  const { act, stream, ids } = input;
  const prefix = parts.prefixOf(stream.service);
  if (prefix === null)
    throw new AppError('notFound', `No service ${stream.service} is known here (any more).`);
  const untold = untoldStream(stream, parts.eventStreams);
  if (untold !== null) throw new AppError('badInput', untold);
  const key = letterStreamKey(stream, prefix);
  const connection = await parts.session.connection();
  const replayStream = act === 'replay' ? await replayStreamOf(connection, stream) : null;
  const read = ids === null ? await readAll(connection, key) : await readNamed(connection, key, ids);
  const entries = read.slice(0, MOST_LETTERS);
  const isAll = entries.length === read.length;
  if (entries.length === 0)
    throw new AppError('notFound', `There are no such dead letters of ${stream.service} (any more).`);
  const content = contentOf(parts, input, { entries, isAll });
  const hash = createHash('sha256').update(parts.random(16)).update(JSON.stringify(content));
  for (const { id } of entries) hash.update(id);
  const plan: LettersPlan = {
    ...content,
    subject: key,
    token: parts.token,
    id: hash.digest('hex').slice(0, 32),
  };
  return { plan, key, replayStream, ids: entries.map(({ id }) => id), runId: parts.session.runId };
}

/** Where letters go back to. Throws `AppError` badInput for those that go nowhere. */
async function replayStreamOf(connection: RedisConnection, stream: LetterStream): Promise<string> {
  if (stream.queue === 'write-behind') {
    throw new AppError(
      'badInput',
      'Changes for the source are not replayed from here: they would come after what was written since, as the newest, and what the source took of them before would count twice. Write them to the source, then drop the letter.',
    );
  }
  if (stream.queue !== 'events') {
    throw new AppError(
      'badInput',
      'Invalidations are not replayed from here: what they name may have been stored anew since. Plan its purge ("cachescope dead-letters purge"), then drop the letter.',
    );
  }
  const type = String(await connection.send('TYPE', stream.stream));
  if (type === 'stream') return stream.stream;
  throw new AppError(
    'badInput',
    `There is no stream ${stream.stream} (any more) to put them back into. The letters stay.`,
  );
}

/** More than a plan is made of, where there are more. */
async function readAll(connection: RedisConnection, key: string): Promise<readonly LetterEntry[]> {
  const entries: LetterEntry[] = [];
  for (let from = '-'; entries.length <= MOST_LETTERS; ) {
    const page = parseLetterEntries(await connection.send('XRANGE', key, from, '+', 'COUNT', PAGE));
    entries.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    from = `(${last.id}`;
  }
  return entries;
}

async function readNamed(
  connection: RedisConnection,
  key: string,
  ids: readonly string[],
): Promise<readonly LetterEntry[]> {
  const entries: LetterEntry[] = [];
  const named = [...new Set(ids)].sort(byTime);
  for (let at = 0; at < named.length; at += PAGE) {
    const replies = await connection.pipeline(
      named.slice(at, at + PAGE).map((id) => ['XRANGE', key, id, id, 'COUNT', 1]),
    );
    entries.push(...replies.flatMap((reply) => parseLetterEntries(orThrow(reply))));
  }
  return entries;
}

function byTime(one: string, other: string): number {
  const [[aMs = 0, aSeq = 0], [bMs = 0, bSeq = 0]] = [
    one.split('-').map(Number),
    other.split('-').map(Number),
  ];
  return aMs - bMs || aSeq - bSeq;
}

interface Found {
  readonly entries: readonly LetterEntry[];
  /** Whether these are all that were asked for. */
  readonly isAll: boolean;
}

type Content = Omit<LettersPlan, 'id' | 'token' | 'subject'>;

function contentOf(
  { termsOf, environment }: LettersPlanParts,
  { targetId, stream, act }: LettersInput,
  { entries, isAll }: Found,
): Content {
  const count = entries.length;
  const events = new Map<string, number>();
  for (const entry of entries) {
    const name = subjectOf(entry, stream);
    events.set(name, (events.get(name) ?? 0) + 1);
  }
  const queue = letterQueueText(stream);
  const of = queue === 'events' || queue === 'invalidations' ? '' : ` (${queue})`;
  const words = `${formatCount(count)} dead ${count === 1 ? 'letter' : 'letters'} of ${stream.service}${of}`;
  const isTyped = count > TYPED_CONFIRMATION_ABOVE_KEYS;
  return {
    kind: 'letters',
    ...{ targetId, environment, act, stream },
    ...termsOf(count),
    title: `${act === 'replay' ? 'Replay' : 'Drop'} ${words} in ${environment}`,
    keyCount: count,
    events: [...events]
      .map(([event, eventCount]) => ({ event, count: eventCount }))
      .sort((a, b) => b.count - a.count),
    warning: `${isAll ? '' : MORE_WARNING}${warningOf(act, stream)}`,
    confirmation: isTyped ? { kind: 'typed', text: `${environment} ${count}` } : { kind: 'click' },
    isReasonRequired: isTyped || act === 'drop',
  };
}

function subjectOf(entry: LetterEntry, stream: LettersInput['stream']): string {
  // Changes of one family are of a key each, which would be a list as long as that of the letters.
  if (stream.queue === 'write-behind') return stream.family;
  return letterField(entry, stream.queue === 'events' ? 'event' : 'kind')?.toString('utf8') ?? '';
}

function warningOf(act: LettersInput['act'], { queue }: LettersInput['stream']): string {
  if (act === 'replay') return REPLAY_WARNING;
  return queue === 'write-behind' ? LOSS_WARNING : DROP_WARNING;
}

const MORE_WARNING = `There are more: these are the ${formatCount(MOST_LETTERS)} oldest. Plan again for the rest. `;
const LOSS_WARNING =
  'There is no undo. The source has not got these changes, and will not get them from here: write there first what must not be lost.';
const REPLAY_WARNING =
  'Each goes back into the stream of events, under its own id, and leaves the letters in the same step. All services get it again: those that applied it count a duplicate. What a service still cannot apply becomes a letter again: here, and in the letters of any other service.';
const DROP_WARNING =
  'There is no undo. What they name stays as it is in the cache, until its TTL or a purge: look at them first.';
