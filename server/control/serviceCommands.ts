import type { Clock } from '#server/clock/clock.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { RedisFault, type RedisReply } from '#server/redis/redisConnection.ts';
import { CLAIM_MS, claimKey, isForAnyOne } from '#shared/control/commandClaim.ts';
import { signCommand } from '#shared/control/commandSignature.ts';
import { answersKey, type ControlAnswer, parseAnswer } from '#shared/control/controlAnswer.ts';
import {
  type CommandMessage,
  type ControlCommand,
  commandsKey,
  MAX_CONTROL_ENTRIES,
} from '#shared/control/controlCommand.ts';
import { isDoneWithoutRedis } from '#shared/control/httpCommand.ts';
import { instancesKey } from '#shared/control/instanceSnapshot.ts';
import type { HttpCommands } from './httpCommands.ts';

export interface ServiceCommandsOptions {
  /** An operator connection of its own for each command. Throws `RedisFault`. */
  readonly openOperator: () => Promise<RedisConnection>;
  /** Signs commands; null = services need no signature. */
  readonly secret: string | null;
  /** The way while Redis cannot be reached. */
  readonly http: Pick<HttpCommands, 'ask'>;
  readonly clock: Clock;
  /** Another text for each command. */
  readonly newId: () => string;
}

/** A command, and where it goes. */
export interface SentCommand {
  /** Start of the key names of the service. */
  readonly prefix: string;
  /** Name of one instance; null = the service. */
  readonly to: string | null;
  readonly command: ControlCommand;
}

/** For what takes its time. */
export interface Following {
  /** Hears each answer of whoever took the command, the last one as well. */
  readonly onAnswer?: (answer: ControlAnswer) => void;
  /** How long it may say nothing once it was taken, ms. @default 30_000 */
  readonly silentForMs?: number;
  /** Called when nobody took it in time, and nobody will: it was taken back. */
  readonly onTakenBack?: () => void;
}

interface Awaiting extends Following {
  /** Key of the stream. */
  readonly answers: string;
  /** The last entry before the command; null = there was none. */
  readonly afterId: string | null;
  readonly prefix: string;
  readonly message: CommandMessage;
}

/** An instance takes a command within some hundred ms, unless its Redis or event loop is in trouble. Ours. */
const TAKEN_WITHIN_MS = 3_000;
/** An instance that took it tells of its end, or of progress, within this. Ours. */
const SILENT_FOR_MS = 30_000;
const LOOK_EVERY_MS = 100;
const ANSWERS_PER_LOOK = 100;
/** Names of keys have few segments; more starts of one are not asked about. */
const MAX_STARTS = 16;

/**
 * Commands to instances of cachescope/cache, through the streams that they listen to; over HTTP while Redis is away. Costs Redis one XADD, and one XRANGE each
 * 100 ms until the answer is there.
 */
export class ServiceCommands {
  readonly #options: ServiceCommandsOptions;

  constructor(options: ServiceCommandsOptions) {
    this.#options = options;
  }

  /**
   * The start of key names under which instances have announced themselves to which the key belongs: the longest one that is there.
   * Null when there is none. Throws `RedisFault`.
   */
  async prefixOf(key: string): Promise<string | null> {
    return this.#withConnection(async (connection) => {
      const starts = startsOf(key);
      const replies = await connection.pipeline(starts.map((start) => ['EXISTS', instancesKey(start)]));
      throwFault(replies);
      return starts.find((_, at) => Number(replies[at]) === 1) ?? null;
    });
  }

  /**
   * Sends a command, and resolves with the last answer of the first instance that took it; null when nobody said how it ended, so
   * that it may have been done. What any one may do and nobody took in time is taken back, as far as Redis confirms it. While Redis cannot be reached, what is done without it is asked over HTTP. Throws `RedisFault`;
   * where its outcome is unknown, the command may be on its way.
   */
  async ask(sent: SentCommand, following: Following = {}): Promise<ControlAnswer | null> {
    try {
      return await this.#askOverRedis(sent, following);
    } catch (error) {
      const isAway = error instanceof RedisFault && error.isOutcomeUnknown;
      if (!isAway || !isDoneWithoutRedis(sent.command)) throw error;
      const outcome = await this.#options.http.ask(sent);
      if (outcome.state === 'silent')
        throw new RedisFault(error.kind, error.command, `${error.message} ${outcome.why}`);
      following.onAnswer?.(outcome.answer);
      return outcome.answer;
    }
  }

  async #askOverRedis(
    { prefix, to, command }: SentCommand,
    following: Following,
  ): Promise<ControlAnswer | null> {
    const { newId, clock } = this.#options;
    const message: CommandMessage = { v: 1, id: newId(), to, atMs: clock.nowMs(), command };
    return this.#withConnection(async (connection) => {
      const answers = answersKey(prefix);
      const [last] = parseStreamEntries(await connection.send('XREVRANGE', answers, '+', '-', 'COUNT', 1));
      await connection.send('XADD', ...this.#entryOf(commandsKey(prefix), message));
      return this.#awaitEnd(connection, {
        ...following,
        ...{ answers, afterId: last?.id ?? null, prefix, message },
      });
    });
  }

  #entryOf(stream: string, message: CommandMessage): (string | number)[] {
    const { secret } = this.#options;
    const body = JSON.stringify(message);
    const signature = secret === null ? [] : ['signature', signCommand(secret, { way: stream, body })];
    return [stream, 'MAXLEN', '~', MAX_CONTROL_ENTRIES, '*', 'body', body, ...signature];
  }

  async #awaitEnd(
    connection: RedisConnection,
    { silentForMs = SILENT_FOR_MS, onAnswer = () => {}, onTakenBack = () => {}, ...awaiting }: Awaiting,
  ): Promise<ControlAnswer | null> {
    const { answers, message } = awaiting;
    const { clock } = this.#options;
    let lastId = awaiting.afterId;
    let giveUpAtMs = clock.elapsedMs() + TAKEN_WITHIN_MS;
    let isTaken = !isForAnyOne(message);
    for (;;) {
      if (clock.elapsedMs() >= giveUpAtMs) {
        if (isTaken) return null;
        if (await takeBack(connection, awaiting)) {
          onTakenBack();
          return null;
        }
        // Somebody has just taken it, and will tell.
        isTaken = true;
        giveUpAtMs = clock.elapsedMs() + silentForMs;
      }
      // From the last one that is known: so an empty reply says that there is no stream, as look-ups are counted.
      const reply = await connection.send('XRANGE', answers, lastId ?? '-', '+', 'COUNT', ANSWERS_PER_LOOK);
      const entries = parseStreamEntries(reply).filter((entry) => entry.id !== lastId);
      for (const { answer } of entries) {
        if (answer === null || answer.id !== message.id) continue;
        isTaken = true;
        onAnswer(answer);
        if (answer.state !== 'accepted' && answer.state !== 'progressed') return answer;
        giveUpAtMs = clock.elapsedMs() + silentForMs;
      }
      lastId = entries.at(-1)?.id ?? lastId;
      if (entries.length < ANSWERS_PER_LOOK - 1) await clock.pause(LOOK_EVERY_MS);
    }
  }

  async #withConnection<Result>(use: (connection: RedisConnection) => Promise<Result>): Promise<Result> {
    const connection = await this.#options.openOperator();
    try {
      return await use(connection);
    } finally {
      connection.close();
    }
  }
}

/** Claims the command in place of an instance. False = one has. Throws `RedisFault`. */
async function takeBack(
  connection: RedisConnection,
  { prefix, message }: Pick<Awaiting, 'prefix' | 'message'>,
): Promise<boolean> {
  const key = claimKey(prefix, message.id);
  return (await connection.send('SET', key, 'taken back', 'PX', CLAIM_MS, 'NX')) !== null;
}

/** Every start of the key that ends with a colon, and none at all; the longest first. */
function startsOf(key: string): readonly string[] {
  const starts = [''];
  for (let at = key.indexOf(':'); at !== -1 && starts.length < MAX_STARTS; at = key.indexOf(':', at + 1)) {
    starts.push(key.slice(0, at + 1));
  }
  return starts.reverse();
}

function throwFault(replies: readonly RedisReply[]): void {
  for (const reply of replies) if (reply instanceof RedisFault) throw reply;
}

/** Entries of the stream of answers, in their order; `answer` null = it is none, or of a later format. */
function parseStreamEntries(
  reply: RedisReply,
): readonly { readonly id: string; readonly answer: ControlAnswer | null }[] {
  if (!Array.isArray(reply)) return [];
  return reply.flatMap((entry) => {
    if (!Array.isArray(entry)) return [];
    const [id, fields] = entry;
    const body = Array.isArray(fields) ? fields[1] : null;
    return [{ id: String(id), answer: Buffer.isBuffer(body) ? parseAnswer(body.toString('utf8')) : null }];
  });
}
