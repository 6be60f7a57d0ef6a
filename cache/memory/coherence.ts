import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import type { DuplicateClient } from '#cache/store/redisClient.ts';
import { type InvalidationMessage, parseInvalidationMessage } from '#shared/control/invalidationMessage.ts';
import { MessageSequences } from './messageSequences.ts';

/** A time in which every invalidation of the other instances arrived. A new one begins with every subscription. */
export interface CoherenceSession {
  readonly startedAtMs: number;
}

export interface CoherenceOptions {
  readonly channel: string;
  readonly instance: string;
  /** Time between two pings on the subscribed connection, ms. */
  readonly heartbeatMs: number;
  readonly clock: () => number;
  readonly events: CacheEvents;
  /** Opens the connection that subscribes; null = it is not known yet to where. */
  connect(): DuplicateClient | null;
  /** Null = a message that cannot be read. */
  onMessage(message: InvalidationMessage | null): void;
}

/**
 * Hears the invalidations of the other instances. A session exists only while the subscription is confirmed and the connection
 * answers pings; whatever is held by virtue of a session is void when it ends. So nothing that was read before an interruption
 * can be served after it, whatever was missed in between.
 */
export class Coherence {
  readonly #options: CoherenceOptions;
  readonly #sequences = new MessageSequences();
  readonly #listeners = new Set<(state: 'live' | 'lost') => void>();
  #session: CoherenceSession | null = null;
  #client: DuplicateClient | null = null;
  #heartbeat: NodeJS.Timeout | null = null;
  #isAnswered = true;

  constructor(options: CoherenceOptions) {
    this.#options = options;
  }

  get session(): CoherenceSession | null {
    return this.#session;
  }

  onChange(listener: (state: 'live' | 'lost') => void): void {
    this.#listeners.add(listener);
  }

  start(): void {
    if (this.#heartbeat !== null) return;
    this.#heartbeat = setInterval(() => void this.#beat(), this.#options.heartbeatMs);
    this.#heartbeat.unref();
    this.#connect();
  }

  stop(): void {
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    this.#heartbeat = null;
    const client = this.#client;
    this.#client = null;
    client?.disconnect(false);
    this.#end('the cache was closed');
  }

  #connect(): void {
    const client = this.#options.connect();
    if (client === null) {
      this.#connectLater(null);
      return;
    }
    this.#client = client;
    client.on('error', () => {});
    client.on('close', () => this.#end('the connection closed'));
    client.on('end', () => this.#replace(client));
    client.on('message', (channel, text) => this.#hear(channel, text));
    // Each time anew: the client subscribes again by itself, but only the answer to ours says since when it holds.
    client.on('ready', () => void this.#subscribe(client));
    void this.#subscribe(client);
  }

  /** A client that has ended connects no more: one node of a Cluster, or one whose retries are over. */
  #replace(client: DuplicateClient): void {
    this.#end('the connection ended');
    this.#connectLater(client);
  }

  #connectLater(client: DuplicateClient | null): void {
    setTimeout(() => {
      if (client === this.#client && this.#heartbeat !== null) this.#connect();
    }, this.#options.heartbeatMs).unref();
  }

  async #subscribe(client: DuplicateClient): Promise<void> {
    try {
      await client.subscribe(this.#options.channel);
    } catch {
      // The next connection tries again.
      return;
    }
    if (client !== this.#client || client.status !== 'ready' || this.#session !== null) return;
    this.#isAnswered = true;
    this.#sequences.beginSession();
    this.#session = { startedAtMs: this.#options.clock() };
    this.#tell('live', 'subscribed');
  }

  /** A connection that is only half there delivers nothing and says nothing: unanswered, it is dropped. */
  async #beat(): Promise<void> {
    this.#settleMissed();
    const client = this.#client;
    if (client === null || this.#session === null) return;
    // After a pause of this process the answer may lie in the socket, which is read after the timers.
    if (!this.#isAnswered) await new Promise((resolve) => setImmediate(resolve));
    if (!this.#isAnswered) {
      this.#end('the connection did not answer');
      client.disconnect(true);
      return;
    }
    this.#isAnswered = false;
    try {
      await client.ping();
      this.#isAnswered = true;
    } catch (error) {
      // A Redis that cannot save refuses PING, and delivers all the same. A replica without its master (MASTERDOWN) delivers nothing,
      // and has not answered; when the connection breaks, `close` follows.
      if (error instanceof Error && error.message.startsWith('MISCONF ')) this.#isAnswered = true;
    }
  }

  #hear(channel: string, text: string): void {
    if (channel !== this.#options.channel) return;
    const message = parseInvalidationMessage(text);
    if (message?.from === this.#options.instance) return;
    const { events, clock, onMessage } = this.#options;
    events.emit('broadcast', { direction: 'received', count: 1 });
    const isDuplicate = message !== null && this.#sequences.note(message, clock()) === 'duplicate';
    if (isDuplicate) events.emit('broadcast', { direction: 'duplicate', count: 1 });
    onMessage(message);
    this.#settleMissed();
  }

  /** What was missed while the subscription stood may concern anything in memory. */
  #settleMissed(): void {
    const { events, clock, onMessage } = this.#options;
    const { missedCount, isInSession } = this.#sequences.settle(clock());
    if (missedCount > 0) events.emit('broadcast', { direction: 'missed', count: missedCount });
    if (isInSession) onMessage(null);
  }

  #end(reason: string): void {
    if (this.#session === null) return;
    this.#session = null;
    this.#tell('lost', reason);
  }

  #tell(state: 'live' | 'lost', reason: string): void {
    for (const listener of this.#listeners) listener(state);
    this.#options.events.emit('coherence', { state, reason });
  }
}
