import type { CacheErrorCode } from '#cache/cacheError.ts';
import type { CircuitBreaker, Permit } from '#cache/resilience/circuitBreaker.ts';
import { PauseMeter } from './pauseMeter.ts';
import type { RedisClient } from './redisClient.ts';
import { reopenHung } from './reopenHung.ts';

/** A reply, or why there is none. After `timeout` and `unreachable` the command may still have run. */
export type Outcome<Reply> = { readonly isDone: true; readonly reply: Reply } | Failed;

export interface Failed {
  readonly isDone: false;
  readonly code: CacheErrorCode;
  readonly error: unknown;
}

/** What decides whether Redis is asked at all, and learns how it answered. */
export type Gate = Pick<CircuitBreaker, 'tryAcquire' | 'record'>;

export interface TransportOptions {
  readonly redis: RedisClient;
  readonly gate: Gate;
  /** Longest wait for one reply, ms. */
  readonly commandTimeoutMs: number;
  /** How long a reply may be overdue before the connection is given up and opened again, ms; null = never. */
  readonly reconnectHungAfterMs: number | null;
}

interface Pending {
  readonly startedAtMs: number;
  readonly permit: Permit;
  isOverdue: boolean;
  readonly timeOut: () => void;
}

/** Most commands without a reply at one time; above it new ones fail at once. Ours: it bounds memory while Redis is away. */
const MAX_UNANSWERED_COMMANDS = 10_000;

/** A timer so much too late means that the process stood still, ms. */
const PAUSED_MS = 50;

/** States of ioredis in which a command would only wait in its queue for a reconnect. */
const AWAY = new Set(['reconnecting', 'close', 'end', 'disconnecting']);

/** Replies of a Redis that serves nobody, or not us: as good as none. Others refuse one command. */
const ABSENT = new Set(['LOADING', 'BUSY', 'MASTERDOWN', 'CLUSTERDOWN', 'NOAUTH', 'WRONGPASS']);

/**
 * A Redis that answers and takes no writes: full, a replica, one that cannot save, one with too few replicas. Before Redis 7 the
 * word of a command in a script stands within the error of the script.
 */
const WRITE_REFUSED = /(?:^|: )-?(OOM|READONLY|MISCONF|NOREPLICAS) /;

const TIMED_OUT: Failed = { isDone: false, code: 'timeout', error: null };
const CLOSED: Failed = { isDone: false, code: 'closed', error: null };
const BREAKER_OPEN: Failed = { isDone: false, code: 'breakerOpen', error: null };

/**
 * The only way of the cache to Redis: every command ends in time, and failure is a value. Replies of one server come in
 * order, so while one is overdue no later command can be answered either: it fails at once, and a hang costs callers one
 * timeout, not one each. In a Cluster the other nodes go on, and only the breaker decides.
 */
export class RedisTransport {
  readonly #options: TransportOptions;
  /** In the order in which they were sent: the first is the oldest. */
  readonly #pending = new Set<Pending>();
  #overdueCount = 0;
  readonly #pauses = new PauseMeter();
  #timer: NodeJS.Timeout | null = null;
  #dueAtMs = 0;
  #isReopening = false;
  /** There has been a connection: one that is not ready was lost, and the first is no longer waited for. */
  #wasReady = false;
  /** The connection was given up because Redis hung, and the next one is not ready yet. */
  #isHung = false;
  #isClosed = false;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  get isCluster(): boolean {
    return this.#options.redis.isCluster;
  }

  /** From here on every command fails with `closed`; the client stays open, it belongs to who handed it in. */
  close(): void {
    this.#isClosed = true;
    this.#pauses.stop();
  }

  /** Runs one command. Never rejects. */
  run<Reply>(command: (redis: RedisClient) => Promise<Reply>): Promise<Outcome<Reply>> {
    const { redis, gate, commandTimeoutMs } = this.#options;
    const permit = this.#isClosed ? null : gate.tryAcquire();
    if (permit === null) return Promise.resolve(this.#isClosed ? CLOSED : BREAKER_OPEN);
    const refusal = this.#refusal();
    if (refusal !== null) {
      // A call that Redis does not answer: the breaker must see it, or it would stay closed over a dead Redis. One behind an
      // overdue reply would have waited for its own: so that a Redis that hangs is told from one that is gone.
      gate.record(permit, refusal === 'timeout' ? commandTimeoutMs : 0, true);
      return Promise.resolve({ isDone: false, code: refusal, error: null });
    }
    return new Promise((resolve) => {
      const pending: Pending = {
        startedAtMs: performance.now(),
        permit,
        isOverdue: false,
        timeOut: () => resolve(TIMED_OUT),
      };
      this.#pending.add(pending);
      this.#timer ??= this.#armTimer(this.#options.commandTimeoutMs);
      const settle = (outcome: Outcome<Reply>, isFailure: boolean): void => {
        if (!this.#pending.delete(pending)) return;
        if (pending.isOverdue) this.#overdueCount -= 1;
        else gate.record(permit, this.#waitedMs(pending), isFailure);
        resolve(outcome);
      };
      start(command, redis).then(
        (reply) => settle({ isDone: true, reply }, false),
        (error: unknown) => {
          const code = codeOf(error);
          settle({ isDone: false, code, error }, code === 'unreachable');
        },
      );
    });
  }

  /** Without what the process stood still, which Redis has no part in. */
  #waitedMs({ startedAtMs }: Pending): number {
    const waitedMs = performance.now() - startedAtMs;
    return waitedMs < PAUSED_MS ? waitedMs : Math.max(0, waitedMs - this.#pauses.longestMs());
  }

  #refusal(): CacheErrorCode | null {
    const { status } = this.#options.redis;
    if (AWAY.has(status)) return 'unreachable';
    if (status === 'ready') {
      this.#wasReady = true;
      this.#isHung = false;
    } else if (this.#wasReady) {
      // While it connects again ioredis would queue the command, and a Redis that is gone would cost timeouts as a hung one does.
      return this.#isHung ? 'timeout' : 'unreachable';
    }
    if (this.#overdueCount > 0 && !this.isCluster) return 'timeout';
    return this.#pending.size >= MAX_UNANSWERED_COMMANDS ? 'saturated' : null;
  }

  /** One timer for all commands: it looks at the oldest ones, since all wait equally long. */
  #armTimer(delayMs: number): NodeJS.Timeout {
    const waitMs = Math.max(1, Math.ceil(delayMs));
    this.#dueAtMs = performance.now() + waitMs;
    return setTimeout(() => this.#wake(), waitMs);
  }

  /** After a pause of this process replies may lie in the socket, which is read after the timers: they come first. */
  #wake(): void {
    if (performance.now() - this.#dueAtMs > PAUSED_MS) setImmediate(() => this.#expire());
    else this.#expire();
  }

  #expire(): void {
    const { commandTimeoutMs, gate } = this.#options;
    const nowMs = performance.now();
    let nextInMs: number | null = null;
    for (const pending of this.#pending) {
      if (pending.isOverdue) {
        const leftMs = this.#giveUpIfHung(pending, nowMs);
        if (leftMs !== null) nextInMs = Math.min(leftMs, nextInMs ?? leftMs);
        continue;
      }
      const leftMs = pending.startedAtMs + commandTimeoutMs - nowMs;
      if (leftMs > 0) {
        nextInMs = Math.min(leftMs, nextInMs ?? leftMs);
        break;
      }
      pending.isOverdue = true;
      this.#overdueCount += 1;
      gate.record(pending.permit, commandTimeoutMs, true);
      pending.timeOut();
      nextInMs ??= commandTimeoutMs;
    }
    this.#timer = nextInMs === null ? null : this.#armTimer(nextInMs);
  }

  /**
   * A connection on which a reply is overdue for so long is dead. Its reply is no longer waited for: a client that sends nothing
   * again never gives one. Returns how long to wait yet, ms; null = for ever, or no longer.
   */
  #giveUpIfHung(pending: Pending, nowMs: number): number | null {
    const { reconnectHungAfterMs } = this.#options;
    if (reconnectHungAfterMs === null || this.#isClosed) return null;
    const leftMs = pending.startedAtMs + reconnectHungAfterMs - nowMs;
    if (leftMs > 0) return leftMs;
    this.#pending.delete(pending);
    this.#overdueCount -= 1;
    void this.#reopenHung();
    return null;
  }

  async #reopenHung(): Promise<void> {
    const { redis, commandTimeoutMs } = this.#options;
    if (this.#isReopening) return;
    this.#isReopening = true;
    this.#isHung ||= redis.status === 'ready';
    await reopenHung(redis, commandTimeoutMs, () => this.#isClosed);
    this.#isReopening = false;
  }
}

/** A client that throws instead of rejecting is a failure like others. */
function start<Reply>(command: (redis: RedisClient) => Promise<Reply>, redis: RedisClient): Promise<Reply> {
  try {
    return command(redis);
  } catch (error) {
    return Promise.reject(error);
  }
}

function codeOf(error: unknown): CacheErrorCode {
  if (!(error instanceof Error)) return 'unreachable';
  const refusal = WRITE_REFUSED.exec(error.message)?.[1];
  if (refusal !== undefined) return refusal === 'OOM' ? 'outOfMemory' : 'readOnly';
  // Redis begins its error replies with a word in capitals; what is without one comes from the connection.
  const word = /^-?([A-Z]{2,}) /.exec(error.message)?.[1];
  return word === undefined || ABSENT.has(word) ? 'unreachable' : 'refused';
}
