import type { Clock } from '#server/clock/clock.ts';
import { type RedisCommand, type RedisConnection, RedisFault } from '#server/redis/redisConnection.ts';
import { type LetterEntry, parseLetterEntries } from '#server/sources/letters/parseLetter.ts';
import { orThrow } from '#server/tags/directory/sendInPages.ts';
import { patientSignal } from '../fence/patientSignal.ts';
import type { OperatorSession } from '../operatorSession.ts';
import { type BatchResult, MAX_ATTEMPTS } from '../purge/methods/batch.ts';
import { findReplayed } from './findReplayed.ts';
import type { HeldLetters } from './heldLetters.ts';
import { type GoneHow, LettersLedger } from './lettersLedger.ts';
import { drop, replay, type TakenOut } from './takeOut.ts';

interface SettleParts {
  readonly session: OperatorSession;
  readonly held: HeldLetters;
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

/** Letters are buried while a service fails: a batch that met one is tried again so often. Ours. */
const MAX_CONFLICTS = 20;

/**
 * Takes letters out of their stream and, to replay them, puts them back into that of the events: that in one transaction which Redis
 * runs wholly or not at all, and only while nobody else changes the letters. So an interruption loses none, and what runs late, behind
 * another attempt, does nothing. A lost answer leads to a second look: what is gone then, and of a replay stands among the events, is
 * done. What is still there after the last attempt may yet be settled, and counts as unknown. Never throws `RedisFault`.
 */
export async function settleLetters(parts: SettleParts, ids: readonly string[]): Promise<BatchResult> {
  return new LettersBatch(parts, ids).toItsEnd();
}

class LettersBatch {
  readonly #parts: SettleParts;
  readonly #ledger: LettersLedger;
  /** The last event before anything was sent; null = there was none, undefined = it was not looked. */
  #afterId: string | null | undefined;

  constructor(parts: SettleParts, ids: readonly string[]) {
    this.#parts = parts;
    this.#ledger = new LettersLedger(ids);
  }

  async toItsEnd(): Promise<BatchResult> {
    const { stop } = this.#parts;
    for (let attempt = 1, why = ''; ; attempt += 1) {
      const isLookOnly = attempt > MAX_ATTEMPTS || (attempt > 1 && stop.aborted);
      const fault = await this.#attempt(isLookOnly);
      if (fault === null) return this.#ledger.result(this.#ledger.left.length === 0 ? null : why);
      why = fault.message;
      if (!fault.isOutcomeUnknown) return this.#ledger.result(why, { isRefused: true });
      if (isLookOnly || !(await this.#reopen())) return this.#ledger.result(why);
    }
  }

  /** Null when it came to its end, or why not. */
  async #attempt(isLookOnly: boolean): Promise<RedisFault | null> {
    const { session, held } = this.#parts;
    let sent: readonly LetterEntry[] = [];
    try {
      const connection = await session.connection();
      for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
        sent = [];
        const { there, isStream } = await this.#look(connection);
        if (there.length === 0 || isLookOnly) return null;
        // XADD to something else would fail alone, and the letter would be gone.
        if (!isStream)
          return new RedisFault(
            'other',
            'XADD',
            `The stream ${held.replayStream} is gone. The letters stay.`,
          );
        sent = there;
        const { taken, fault } = await take(connection, held, there);
        this.#ledger.noteTaken(taken);
        if (fault !== null || this.#ledger.left.length === 0) return fault;
      }
      return new RedisFault('other', 'EXEC', BUSY_TEXT);
    } catch (error) {
      if (!(error instanceof RedisFault)) throw error;
      if (error.isOutcomeUnknown) this.#ledger.noteUnanswered(sent);
      return error;
    }
  }

  /** The letters that are there; to be replayed, they are watched from here on. What is gone is noted. */
  async #look(
    connection: RedisConnection,
  ): Promise<{ readonly there: readonly LetterEntry[]; readonly isStream: boolean }> {
    const { key, replayStream } = this.#parts.held;
    const around: readonly RedisCommand[] =
      replayStream === null
        ? []
        : [
            ['WATCH', key],
            ['TYPE', replayStream],
            ['XREVRANGE', replayStream, '+', '-', 'COUNT', 1],
          ];
    const each = this.#ledger.left.map((id): RedisCommand => ['XRANGE', key, id, id, 'COUNT', 1]);
    const replies = await connection.pipeline([...around, ...each]);
    const [watched, type, last] = replies.slice(0, around.length);
    orThrow(watched);
    const there = replies.slice(around.length).flatMap((reply) => parseLetterEntries(orThrow(reply)));
    const isStream = replayStream === null || String(orThrow(type)) === 'stream';
    if (this.#afterId === undefined) this.#afterId = parseLetterEntries(last)[0]?.id ?? null;
    this.#ledger.noteThere(there, await this.#judgeGone(connection, there, isStream));
    return { there, isStream };
  }

  /** What became of letters that were sent without an answer and are gone: whatever of them was under way can no longer run. */
  async #judgeGone(
    connection: RedisConnection,
    there: readonly LetterEntry[],
    isStream: boolean,
  ): Promise<(entry: LetterEntry) => GoneHow> {
    const gone = this.#ledger.unansweredBut(there);
    const { replayStream: stream } = this.#parts.held;
    if (gone.length === 0 || stream === null) return () => 'settled';
    const afterId = this.#afterId ?? null;
    const found =
      afterId === null || !isStream ? null : await findReplayed(connection, gone, { stream, afterId });
    if (found === null) return () => 'unknown';
    return (entry) => (found.has(entry) ? 'settled' : 'notByUs');
  }

  /** A fresh connection to the same Redis; soon, where the job was stopped. */
  async #reopen(): Promise<boolean> {
    const { session, held, stop, clock } = this.#parts;
    using patient = patientSignal(stop, clock);
    const connection = await session.reopen(patient.signal);
    return connection !== null && session.runId === held.runId;
  }
}

function take(
  connection: RedisConnection,
  { key, replayStream: stream }: HeldLetters,
  letters: readonly LetterEntry[],
): Promise<TakenOut> {
  return stream === null ? drop(connection, key, letters) : replay(connection, { key, stream }, letters);
}

const BUSY_TEXT = 'Other letters come all the time; the services fail now. Try again when they do not.';
