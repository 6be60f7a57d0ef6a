import { type RedisCommand, type RedisConnection, RedisFault } from '#server/redis/redisConnection.ts';
import type { MarkCommands } from '#server/tags/marks/tagMark.ts';
import { AppError } from '#shared/errorCodes.ts';
import type { OperatorSession } from '../operatorSession.ts';
import { compareMarks } from './checkMarkStands.ts';
import type { HeldMark } from './heldMark.ts';

/** Times that the mark is sent, the first included, while its outcome stays unknown. */
export const MAX_ATTEMPTS = 3;

export interface MarkParts {
  readonly held: HeldMark;
  readonly session: OperatorSession;
  readonly stop: AbortSignal;
}

/** What became of the mark. */
export type WrittenMark =
  | {
      readonly kind: 'written';
      /** Not told by Redis but found so after a command without an answer. */
      readonly isFoundDone: boolean;
      /** Others have invalidated the tag between the plan and the mark. */
      readonly isMovedOn: boolean;
      readonly after: readonly RedisCommand[];
    }
  /** `text` says why. */
  | { readonly kind: 'notWritten' | 'unknown'; readonly text: string };

/**
 * Sends the mark, which is one command: done, or not done. When no answer comes it is read again on a fresh connection, and sent
 * again where it is not done, since the first command may yet run and only an answer tells. Never throws `RedisFault`.
 */
export async function writeMark(parts: MarkParts): Promise<WrittenMark> {
  const attempts = new MarkAttempts(parts);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const written = await attempts.next();
    if (written !== null) return written;
  }
  return attempts.last();
}

class MarkAttempts {
  readonly #parts: MarkParts;
  /** Sent and not answered: whatever comes now, it may have run or may yet run. */
  #unanswered: MarkCommands | null = null;
  #isMovedOn = false;
  #isFirst = true;
  #text = '';

  constructor(parts: MarkParts) {
    this.#parts = parts;
  }

  /** One try, the look at what the last one did included; null = ask again. */
  next(): Promise<WrittenMark | null> {
    return this.#try(async (connection) => {
      const found = await this.#findDone(connection);
      if (found !== null) return found;
      if (this.#parts.stop.aborted) return this.#notKnownDone(String(this.#parts.stop.reason));
      return this.#send(connection, await this.#prepare(connection));
    });
  }

  /** The look at what the last try did. */
  async last(): Promise<WrittenMark> {
    const found = await this.#try((connection) => this.#findDone(connection));
    const times = this.#unanswered === null ? '' : ` It was tried ${MAX_ATTEMPTS} times.`;
    return found ?? this.#notKnownDone(`${this.#text}${times}`);
  }

  async #try(act: (connection: RedisConnection) => Promise<WrittenMark | null>): Promise<WrittenMark | null> {
    try {
      const connection = await this.#connection();
      if (connection === null) return this.#notKnownDone(`${this.#text} Asking again gave no answer.`);
      if (this.#parts.session.runId !== this.#parts.held.runId) {
        return this.#notKnownDone('Redis was restarted, or another one took over, since the plan.');
      }
      return await act(connection);
    } catch (error) {
      if (!(error instanceof RedisFault || error instanceof AppError)) throw error;
      this.#text = error.message;
      const isWorthAnother = error instanceof RedisFault ? error.isOutcomeUnknown : this.#unanswered !== null;
      return isWorthAnother ? null : this.#notKnownDone(error.message);
    }
  }

  #connection(): Promise<RedisConnection | null> {
    const { session, stop } = this.#parts;
    if (!this.#isFirst) return session.reopen(stop);
    this.#isFirst = false;
    return session.connection();
  }

  /** Opens the mark anew, so that what is written stands on what is there, and not on the plan's reading of it. */
  async #prepare(connection: RedisConnection): Promise<MarkCommands> {
    const { plan, mark } = this.#parts.held;
    const now = await mark.layout.open(connection, mark.tagKey);
    if (now === null)
      throw new AppError('notFound', 'The mark is gone, or another thing stands in its place.');
    // What an earlier try of ours may have written is nobody else's.
    if (this.#unanswered === null) this.#isMovedOn = compareMarks(now.state, plan.state) === 'newer';
    return now.prepareMark(connection);
  }

  async #send(connection: RedisConnection, commands: MarkCommands): Promise<WrittenMark> {
    try {
      await connection.send(...commands.mark);
      return this.#written(commands, false);
    } catch (error) {
      if (error instanceof RedisFault && error.isOutcomeUnknown) this.#unanswered = commands;
      throw error;
    }
  }

  async #findDone(connection: RedisConnection): Promise<WrittenMark | null> {
    const commands = this.#unanswered;
    if (commands === null || !(await commands.isDone(connection))) return null;
    return this.#written(commands, true);
  }

  #written({ after }: MarkCommands, isFoundDone: boolean): WrittenMark {
    return { kind: 'written', isFoundDone, isMovedOn: this.#isMovedOn, after };
  }

  #notKnownDone(text: string): WrittenMark {
    return { kind: this.#unanswered === null ? 'notWritten' : 'unknown', text: text.trim() };
  }
}
