import type { CacheErrorCode } from '#cache/cacheError.ts';
import type { RedisClient } from './redisClient.ts';

/** A reply, or why there is none. After `timeout` and `unreachable` the command may still have run. */
export type Outcome<Reply> =
  | { readonly isDone: true; readonly reply: Reply }
  | { readonly isDone: false; readonly code: CacheErrorCode; readonly error: unknown };

export type CommandArgument = string | Buffer | number;

export interface TransportOptions {
  readonly redis: RedisClient;
  /** Longest wait for one reply, ms. */
  readonly commandTimeoutMs: number;
}

/** Most commands without a reply at one time; above it new ones fail at once. Ours: it bounds memory while Redis is away. */
const MAX_UNANSWERED_COMMANDS = 10_000;

/** States of ioredis in which a command would only wait in its queue for a reconnect. */
const AWAY = new Set(['reconnecting', 'close', 'end', 'disconnecting']);

/**
 * The only way of the cache to Redis: every command ends in time, and failure is a value. Replies come in order, so while
 * one is overdue no later command can be answered either: it fails at once, and a hang costs callers one timeout, not one each.
 */
export class RedisTransport {
  readonly #redis: RedisClient;
  readonly #commandTimeoutMs: number;
  #unansweredCount = 0;
  #overdueCount = 0;
  #isClosed = false;

  constructor({ redis, commandTimeoutMs }: TransportOptions) {
    this.#redis = redis;
    this.#commandTimeoutMs = commandTimeoutMs;
  }

  /** From here on every command fails with `closed`; the client stays open, it belongs to who handed it in. */
  close(): void {
    this.#isClosed = true;
  }

  /** Runs one command. Never rejects. */
  run<Reply>(command: (redis: RedisClient) => Promise<Reply>): Promise<Outcome<Reply>> {
    const refusal = this.#refusal();
    if (refusal !== null) return Promise.resolve({ isDone: false, code: refusal, error: null });
    this.#unansweredCount += 1;
    return new Promise((resolve) => {
      let isOverdue = false;
      const timer = setTimeout(() => {
        isOverdue = true;
        this.#overdueCount += 1;
        resolve({ isDone: false, code: 'timeout', error: null });
      }, this.#commandTimeoutMs);
      const settle = (outcome: Outcome<Reply>): void => {
        clearTimeout(timer);
        this.#unansweredCount -= 1;
        if (isOverdue) this.#overdueCount -= 1;
        resolve(outcome);
      };
      start(command, this.#redis).then(
        (reply) => settle({ isDone: true, reply }),
        (error: unknown) => settle({ isDone: false, code: codeOf(error), error }),
      );
    });
  }

  #refusal(): CacheErrorCode | null {
    if (this.#isClosed) return 'closed';
    if (AWAY.has(this.#redis.status)) return 'unreachable';
    if (this.#overdueCount > 0) return 'timeout';
    return this.#unansweredCount >= MAX_UNANSWERED_COMMANDS ? 'saturated' : null;
  }
}

/** A client that throws instead of rejecting is a failure like others. */
async function start<Reply>(
  command: (redis: RedisClient) => Promise<Reply>,
  redis: RedisClient,
): Promise<Reply> {
  return command(redis);
}

function codeOf(error: unknown): CacheErrorCode {
  if (!(error instanceof Error)) return 'unreachable';
  if (error.message.startsWith('OOM ')) return 'outOfMemory';
  // Redis begins its error replies with a word in capitals; what is without one comes from the connection.
  return /^-?[A-Z]{2,} /.test(error.message) ? 'refused' : 'unreachable';
}
