import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { CacheError } from '#cache/cacheError.ts';
import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { BlockingReader } from '#cache/store/blockingReader.ts';
import { LuaScript } from '#cache/store/luaScript.ts';
import type { RedisClient } from '#cache/store/redisClient.ts';
import type { Failed, Outcome, RedisTransport } from '#cache/store/redisTransport.ts';
import { parseStreamRead, type StreamEntry } from '#cache/store/streamEntry.ts';
import { CLAIM_MS, claimKey, isForAnyOne } from '#shared/control/commandClaim.ts';
import { answersKey } from '#shared/control/controlAnswer.ts';
import {
  type CommandMessage,
  commandsKey,
  MAX_COMMAND_AGE_MS,
  MAX_CONTROL_ENTRIES,
} from '#shared/control/controlCommand.ts';
import { answerOf } from './answerOf.ts';
import { type HeardCommand, judgeCommand } from './judgeCommand.ts';
import { type ControlActions, obey, type Said } from './obey.ts';

/** Lets an operator's program list, start and cancel warmers and force the breaker, through Redis. */
export interface ControlOptions {
  /**
   * Commands must be signed with it. Without it, whoever may write to Redis may command, which is no more than they can do to
   * the cache anyway, and none are taken over HTTP. @default none
   */
  readonly secret?: string;
}

export interface ControlSurroundings {
  /** The client handed in: commands are waited for on a copy of it. */
  readonly redis: RedisClient;
  /** One that is not held up by the breaker: see `openUngatedTransport`. */
  readonly transport: Pick<RedisTransport, 'run'>;
  readonly events: CacheEvents;
  readonly prefix: string;
  /** As it is announced: what a command names that is for this instance alone. */
  readonly instance: string;
  /** Release of the service. */
  readonly version: string;
  readonly clock: () => number;
  readonly actions: ControlActions;
}

const RETRY_MS = 1_000;
/** Longest wait in Redis for one command, ms. */
const BLOCK_MS = 5_000;
const READ_COUNT = 100;

/**
 * Returns 1 for who comes first, also when the client sends it again because the reply was lost.
 *
 * KEYS  claim
 * ARGV  another text for each claim, ms for which it counts
 */
const claimScript = new LuaScript(`
if redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX') then return 1 end
if redis.call('GET', KEYS[1]) == ARGV[1] then return 1 end
return 0
`);

/**
 * Hears the commands in the stream of the service. Every instance reads every command, without a consumer group, so that one
 * can be for all of them or for one by name; which of them does a command for the service is decided by a claim in Redis,
 * which also keeps one from being done twice.
 */
export class ControlChannel {
  readonly #around: ControlSurroundings;
  readonly #secret: string | null;
  readonly #reader: BlockingReader;
  readonly #closing = new AbortController();
  readonly #obeying = new Set<Promise<void>>();
  #listening: Promise<void> | null = null;

  /** Throws `badOptions`. */
  constructor(around: ControlSurroundings, { secret }: ControlOptions = {}) {
    if (secret === '') throw new CacheError('badOptions', 'control.secret must not be empty.');
    this.#around = around;
    this.#secret = secret ?? null;
    this.#reader = new BlockingReader(around.redis);
  }

  start(): void {
    this.#listening ??= this.#listen();
  }

  /** Resolves when what was begun has ended; a warmer that was started from here is cancelled. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#reader.close();
    await this.#listening;
    await Promise.all(this.#obeying);
  }

  async #listen(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const failed = await this.#hearAll();
      if (failed === null || signal.aborted) return;
      this.#reader.close();
      this.#tellFallback(failed);
      await pause(RETRY_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /**
   * From the beginning of the stream, also after a failure: its ids are of Redis's clock, and of another Redis after a failover.
   * What is done already is claimed, and what is refused is not answered when it is old. Null = it was closed.
   */
  async #hearAll(): Promise<Failed | null> {
    let lastId = '0-0';
    let isHistory = true;
    while (!this.#closing.signal.aborted) {
      const read = await this.#read(lastId, !isHistory);
      if (!read.isDone) return read;
      for (const entry of read.reply) {
        lastId = entry.id;
        this.#track(this.#hear(entry, isHistory));
      }
      if (read.reply.length === 0) isHistory = false;
    }
    return null;
  }

  async #read(afterId: string, isWaiting: boolean): Promise<Outcome<readonly StreamEntry[]>> {
    const stream = commandsKey(this.#around.prefix);
    const read = await this.#reader.read((client, blockMs) => {
      const wait = isWaiting ? ['BLOCK', blockMs] : [];
      return client.xread('COUNT', READ_COUNT, ...wait, 'STREAMS', stream, afterId);
    }, BLOCK_MS);
    return read.isDone ? { isDone: true, reply: parseStreamRead(read.reply) } : read;
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => void this.#obeying.delete(tracked));
    this.#obeying.add(tracked);
  }

  async #hear(entry: StreamEntry, isHistory: boolean): Promise<void> {
    const { prefix, instance, clock, events, actions } = this.#around;
    const judgement = judgeCommand(heardIn(entry), {
      way: commandsKey(prefix),
      instance,
      secret: this.#secret,
      nowMs: clock(),
    });
    if (judgement.state === 'foreign') return;
    if (judgement.state !== 'known') {
      if (isHistory && clock() - Number.parseInt(entry.id, 10) > MAX_COMMAND_AGE_MS) return;
      // By the place in the stream: what a refused message says of itself may be said of another.
      if (await this.#claim(`refused:${entry.id}`)) await this.#say(judgement.id, judgement);
      return;
    }
    const { id, command } = judgement.message;
    if (!(await this.#claim(claimOf(judgement.message, instance)))) return;
    const { signal } = this.#closing;
    await obey(command, { events, actions, signal, say: (said) => this.#say(id, said) });
  }

  /** True for the first who asks. What Redis does not confirm is left undone: it may be another's by now. */
  async #claim(name: string): Promise<boolean> {
    const { prefix, instance, transport } = this.#around;
    const claimed = await claimScript.run(transport, {
      keys: [claimKey(prefix, name)],
      args: [`${instance} ${randomUUID()}`, CLAIM_MS],
    });
    if (!claimed.isDone) this.#tellFallback(claimed);
    return claimed.isDone && claimed.reply === 1;
  }

  async #say(id: string, said: Said): Promise<void> {
    const { prefix, instance, version, clock } = this.#around;
    const body = JSON.stringify(answerOf({ id, from: instance, version, atMs: clock() }, said));
    await this.#run((redis) =>
      redis.xadd(answersKey(prefix), 'MAXLEN', '~', MAX_CONTROL_ENTRIES, '*', 'body', body),
    );
  }

  async #run<Reply>(command: (redis: RedisClient) => Promise<Reply>): Promise<Outcome<Reply>> {
    const outcome = await this.#around.transport.run(command);
    if (!outcome.isDone) this.#tellFallback(outcome);
    return outcome;
  }

  #tellFallback({ code, error }: Failed): void {
    this.#around.events.emit('fallback', { operation: 'control', code, error });
  }
}

function heardIn({ id, fields }: StreamEntry): HeardCommand {
  const fieldOf = (name: string): string => {
    for (let at = 0; at + 1 < fields.length; at += 2) if (fields[at] === name) return fields[at + 1] ?? '';
    return '';
  };
  return { heardAs: id, body: fieldOf('body'), signature: fieldOf('signature') };
}

/** Of the service for what one instance does, and of the instance for what is for it or for all. */
function claimOf(message: CommandMessage, instance: string): string {
  return isForAnyOne(message) ? message.id : `${message.id}:${instance}`;
}
