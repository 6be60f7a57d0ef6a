import { parseTexts, replyAt } from '#cache/store/parseReply.ts';
import type { DuplicateClient, RedisClient } from '#cache/store/redisClient.ts';

/** One entry of a stream. */
export interface StreamEntry {
  readonly id: string;
  /** Names and values in turn. */
  readonly fields: readonly string[];
}

/** Longest wait in Redis for one entry, ms. */
const BLOCK_MS = 5_000;
/** How much later a read may end before its connection is taken for dead, ms. */
const GRACE_MS = 5_000;
const READ_COUNT = 100;

/** Reads a stream to its end and waits for more, on a connection of its own, which it opens again after each failure. */
export class CommandReader {
  readonly #redis: RedisClient;
  readonly #stream: string;
  #client: DuplicateClient | null = null;
  #abandon: () => void = () => {};

  constructor(redis: RedisClient, stream: string) {
    this.#redis = redis;
    this.#stream = stream;
  }

  /** What came after an entry; empty when nothing came in time. `isWaiting` = wait for it. Rejects when there is no reply. */
  async read(afterId: string, isWaiting: boolean): Promise<readonly StreamEntry[]> {
    this.#client ??= this.#connect();
    const blockMs = Math.min(BLOCK_MS, this.#patienceMs());
    const waiting = isWaiting ? ['BLOCK', blockMs] : [];
    const args = ['COUNT', READ_COUNT, ...waiting, 'STREAMS', this.#stream, afterId];
    return parseEntries(await this.#inTime(this.#client.xread(...args), blockMs + GRACE_MS));
  }

  /** Ends the read under way, and the connection; a later read opens another. */
  close(): void {
    const client = this.#client;
    this.#client = null;
    this.#abandon();
    client?.disconnect(false);
  }

  #inTime(asked: Promise<unknown>, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const abandon = (): void => reject(new Error('The read was abandoned.'));
      const timer = setTimeout(abandon, timeoutMs);
      timer.unref();
      this.#abandon = abandon;
      asked.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  #connect(): DuplicateClient {
    const client = this.#redis.duplicate();
    client.on('error', () => {});
    return client;
  }

  /** A copy of a client has its limits, and gives up a read that waits for longer. */
  #patienceMs(): number {
    const { options } = this.#redis;
    const nested = 'redisOptions' in options ? limitsOf(options.redisOptions) : [];
    return Math.max(1, Math.floor(Math.min(Number.POSITIVE_INFINITY, ...limitsOf(options), ...nested) / 2));
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

/** Of XREAD on one stream: null, or its name with entries of an id and fields. */
function parseEntries(reply: unknown): readonly StreamEntry[] {
  const entries = replyAt(replyAt(reply, 0), 1);
  if (!Array.isArray(entries)) return [];
  return entries.map((entry) => ({ id: String(replyAt(entry, 0)), fields: parseTexts(replyAt(entry, 1)) }));
}
