import type { Clock } from '#server/clock/clock.ts';
import { encodeFenced, groupForCalls, parseFenced } from '#server/redis/fence/fencedCall.ts';
import {
  type RedisCommand,
  type RedisConnection,
  RedisFault,
  type RedisReply,
} from '#server/redis/redisConnection.ts';
import { readRedisTimeMs } from '#server/tags/marks/readMark.ts';

/**
 * What Redis has not begun within this time, ms, never runs. Ours: as long as we wait for an answer, so that nothing is dropped that
 * somebody still waits for, and nothing runs after we gave up.
 */
export const FENCE_WITHIN_MS = 1_000;

const WITHIN_WORDS = `${FENCE_WITHIN_MS / 1_000} s`;

/**
 * Sends commands of one job through the function that an admin loaded: Redis runs them before a deadline by its own clock, all that fit
 * one call at once, or never. A clock of Redis that is set back while a call lies in its socket opens the fence by as much.
 */
export class Fence {
  readonly #clock: Clock;
  /** Redis's time less our `elapsedMs`, as told last; null = not told yet. */
  #aheadMs: number | null = null;
  #deadlineMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True when they run all or none. */
  isOneCall(commands: readonly RedisCommand[]): boolean {
    return groupForCalls(commands).length === 1;
  }

  /** One reply a command, faults as values, `expired` where Redis came to it too late. Never throws `RedisFault`. */
  async send(connection: RedisConnection, commands: readonly RedisCommand[]): Promise<readonly RedisReply[]> {
    const groups = groupForCalls(commands);
    try {
      this.#aheadMs ??= (await readRedisTimeMs(connection)) - this.#clock.elapsedMs();
    } catch (error) {
      if (!(error instanceof RedisFault)) throw error;
      // Reading the time changes nothing: nothing of the batch was sent.
      return commands.map(() => new RedisFault('expired', error.command, error.message));
    }
    const deadlineMs = Math.ceil(this.#clock.elapsedMs() + this.#aheadMs + FENCE_WITHIN_MS);
    this.#deadlineMs = deadlineMs;
    try {
      const replies = await connection.pipeline(groups.map((group) => encodeFenced(deadlineMs, group)));
      return groups.flatMap((group, at) => this.#read(replies[at], group));
    } catch (error) {
      if (!(error instanceof RedisFault)) throw error;
      return commands.map(() => withoutLateRun(error));
    }
  }

  /**
   * Waits until what was sent last can no longer begin, by the clock of the Redis at the other end. False when that clock was set
   * back, or the wait was stopped. Throws `RedisFault`.
   */
  async settle(connection: RedisConnection, stop: AbortSignal): Promise<boolean> {
    for (;;) {
      const restMs = this.#deadlineMs - (await readRedisTimeMs(connection));
      if (restMs < 0) return true;
      if (restMs > 2 * FENCE_WITHIN_MS || stop.aborted) return false;
      await this.#clock.pause(restMs + 1, stop);
    }
  }

  #read(reply: RedisReply | undefined, group: readonly RedisCommand[]): readonly RedisReply[] {
    const { nowMs, replies } = parseFenced(reply, group);
    if (nowMs !== null) this.#aheadMs = nowMs - this.#clock.elapsedMs();
    return replies.map((one) => (one instanceof RedisFault ? withoutLateRun(one) : one));
  }
}

/** In the words of a fault without an answer, less that what was sent may still run. */
function withoutLateRun(fault: RedisFault): RedisFault {
  if (!fault.isOutcomeUnknown) return fault;
  const what =
    fault.kind === 'timeout' ? 'Redis did not answer in time.' : 'The connection to Redis was lost.';
  return new RedisFault(
    fault.kind,
    fault.command,
    `${what} What it had not begun within ${WITHIN_WORDS} never runs.`,
  );
}
