import { MAX_TIMER_MS } from '#cache/resilience/checkTimerMs.ts';
import type { DuplicateClient, RedisClient } from './redisClient.ts';
import type { Outcome } from './redisTransport.ts';

export interface BlockingReaderOptions {
  /** A connection closed, so what Redis had sent may be lost. */
  readonly onBroken?: () => void;
  /** How much later than asked a read may end before its connection is taken for dead, ms. @default 5_000 */
  readonly graceMs?: number;
}

/** A command that waits in Redis for at most so long, whole ms. */
type BlockingCommand = (
  client: Pick<DuplicateClient, 'xread' | 'xreadgroup'>,
  blockMs: number,
) => Promise<unknown>;

const CLOSED: Outcome<unknown> = { isDone: false, code: 'closed', error: null };
const TIMED_OUT: Outcome<unknown> = { isDone: false, code: 'timeout', error: null };

/** Waits in Redis on a connection of its own, which it opens again after it was closed. */
export class BlockingReader {
  readonly #redis: RedisClient;
  readonly #onBroken: () => void;
  readonly #graceMs: number;
  #client: DuplicateClient | null = null;
  #end: () => void = () => {};

  constructor(redis: RedisClient, { onBroken = () => {}, graceMs = 5_000 }: BlockingReaderOptions = {}) {
    this.#redis = redis;
    this.#onBroken = onBroken;
    this.#graceMs = graceMs;
  }

  /** Waits no longer than `mostMs`, and than the connection allows. Never rejects; close it after a failure. */
  read(command: BlockingCommand, mostMs: number): Promise<Outcome<unknown>> {
    // Redis takes 0 for ever.
    const blockMs = Math.max(1, Math.floor(Math.min(mostMs, this.#longestBlockMs())));
    const asked = this.#ask(command, blockMs);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(TIMED_OUT), blockMs + this.#graceMs);
      timer.unref();
      const settle = (outcome: Outcome<unknown>): void => {
        clearTimeout(timer);
        resolve(outcome);
      };
      this.#end = () => settle(CLOSED);
      asked.then(
        (reply) => settle({ isDone: true, reply }),
        (error: unknown) => settle({ isDone: false, code: 'unreachable', error }),
      );
    });
  }

  /** Ends the read under way with `closed`, and the connection; a later read opens another. */
  close(): void {
    const client = this.#client;
    this.#client = null;
    this.#end();
    client?.disconnect(false);
  }

  /** A client that throws instead of rejecting is a failure like others. */
  async #ask(command: BlockingCommand, blockMs: number): Promise<unknown> {
    this.#client ??= this.#connect();
    return command(this.#client, blockMs);
  }

  #connect(): DuplicateClient {
    const client = this.#redis.duplicate();
    client.on('error', () => {});
    client.on('close', () => {
      if (client === this.#client) this.#onBroken();
    });
    return client;
  }

  /** What neither a timer is too short for, nor the client would give up: the copy of a client has its limits. */
  #longestBlockMs(): number {
    const { options } = this.#redis;
    const nested = 'redisOptions' in options ? limitsOf(options.redisOptions) : [];
    const limitMs = Math.min(Number.POSITIVE_INFINITY, ...limitsOf(options), ...nested);
    return Math.min(limitMs / 2, MAX_TIMER_MS - this.#graceMs);
  }
}

function limitsOf(options: unknown): number[] {
  if (typeof options !== 'object' || options === null) return [];
  const limits: unknown[] = [
    'commandTimeout' in options ? options.commandTimeout : null,
    'socketTimeout' in options ? options.socketTimeout : null,
    'blockingTimeout' in options ? options.blockingTimeout : null,
  ];
  return limits.filter((limit) => typeof limit === 'number').filter((limit) => limit > 0);
}
