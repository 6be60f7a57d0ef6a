import type { Clock } from '#server/clock/clock.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';

/** Pauses before each try to connect again, ms: 16 s in all, longer than a failover usually takes. */
const RETRY_PAUSES_MS = [250, 500, 1_000, 2_000, 4_000, 8_000] as const;
/** Connections that one job may lose before it gives up: a Redis that flaps is not one to purge on. */
const MAX_REOPENS = 10;

export type OpenOperator = () => Promise<RedisConnection>;

/**
 * The operator connection of one plan or job. A connection that left a command without an answer is never used again:
 * what is asked next must not stand in line behind it.
 */
export class OperatorSession {
  readonly #openOperator: OpenOperator;
  readonly #clock: Clock;
  #connection: RedisConnection | null = null;
  #runId: string | null = null;
  #reopenCount = 0;

  constructor(parts: { openOperator: OpenOperator; clock: Clock }) {
    this.#openOperator = parts.openOperator;
    this.#clock = parts.clock;
  }

  /** Run id of the Redis at the other end, null when INFO may not be read. Changes with a restart and a failover. */
  get runId(): string | null {
    return this.#runId;
  }

  /** Opens on first use. Throws `RedisFault`. */
  async connection(): Promise<RedisConnection> {
    if (this.#connection !== null) return this.#connection;
    const connection = await this.#openOperator();
    try {
      this.#runId = await readRunId(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#connection = connection;
    return connection;
  }

  /** A fresh connection that has answered; null when Redis stayed away, the signal aborted or the tries are used up. */
  async reopen(signal: AbortSignal): Promise<RedisConnection | null> {
    this.close();
    this.#reopenCount += 1;
    if (this.#reopenCount > MAX_REOPENS) return null;
    for (const pauseMs of RETRY_PAUSES_MS) {
      await this.#clock.pause(pauseMs, signal);
      if (signal.aborted) return null;
      try {
        return await this.connection();
      } catch (error) {
        if (!(error instanceof RedisFault)) throw error;
      }
    }
    return null;
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
  }
}

async function readRunId(connection: RedisConnection): Promise<string | null> {
  try {
    const text = String(await connection.send('INFO', 'server'));
    return /^run_id:(\w+)/m.exec(text)?.[1] ?? null;
  } catch (error) {
    const isDenied =
      error instanceof RedisFault && (error.kind === 'notPermitted' || error.kind === 'unknownCommand');
    if (isDenied) return null;
    throw error;
  }
}
