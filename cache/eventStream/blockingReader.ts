import type { CommandArgument, DuplicateClient, RedisClient } from '#cache/store/redisClient.ts';
import type { Outcome } from '#cache/store/redisTransport.ts';

const CLOSED: Outcome<unknown> = { isDone: false, code: 'closed', error: null };

/** Waits in Redis on a connection of its own, which it opens again after each failure. */
export class BlockingReader {
  readonly #redis: RedisClient;
  readonly #onBroken: () => void;
  readonly #graceMs: number;
  #client: DuplicateClient | null = null;
  #end: () => void = () => {};

  /**
   * `onBroken`: a connection closed, so what Redis had sent may be lost. `graceMs`: how much later than asked a read may end
   * before its connection is taken for dead.
   */
  constructor(redis: RedisClient, onBroken: () => void, graceMs = 5_000) {
    this.#redis = redis;
    this.#onBroken = onBroken;
    this.#graceMs = graceMs;
  }

  /** The longest wait that the client itself would not give up, ms: the copy of a client has its limits. */
  get maxBlockMs(): number {
    const { options } = this.#redis;
    const nested = 'redisOptions' in options ? limitsOf(options.redisOptions) : [];
    const limitMs = Math.min(Number.POSITIVE_INFINITY, ...limitsOf(options), ...nested);
    return Math.max(1, Math.floor(limitMs / 2));
  }

  /** XREADGROUP. Never rejects; after a failure `close` drops the connection. */
  read(args: readonly CommandArgument[], blockMs: number): Promise<Outcome<unknown>> {
    this.#client ??= this.#connect();
    const asked = this.#client.xreadgroup(...args);
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => resolve({ isDone: false, code: 'timeout', error: null }),
        blockMs + this.#graceMs,
      );
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

  #connect(): DuplicateClient {
    const client = this.#redis.duplicate();
    client.on('error', () => {});
    client.on('close', () => {
      if (client === this.#client) this.#onBroken();
    });
    return client;
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
