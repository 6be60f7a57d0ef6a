import {
  type RedisCommand,
  type RedisConnection,
  RedisFault,
  type RedisReply,
} from '#server/redis/redisConnection.ts';
import { readChannels } from '#server/tags/marks/readMark.ts';
import { parseInteger } from '#server/tags/parseReplies.ts';
import { type InvalidationMessage, invalidationChannel } from '#shared/control/invalidationMessage.ts';
import { purgeChannels } from '#shared/tags/purgeChannels.ts';
import { formatCount } from '../../formatCount.ts';
import { type BatchParts, faultIn } from '../methods/batch.ts';
import type { ServiceTag } from '../selections/selection.ts';
import type { NewsNumbers, NewsStamp } from './newsNumbers.ts';

/** How long the channels that services listen on are taken as known: one that starts later holds nothing old for longer. Ours. */
const CHANNELS_FOR_MS = 1_000;
/** Names that wait while messages fail; what is past it is only counted. Ours. */
const MAX_WAITING = 10_000;
/** Of one message, so that Redis holds no more than this for each that listens. Ours. */
const MESSAGE_BYTES = 64 * 1_024;

const CHANNEL_END = Buffer.from(invalidationChannel(''));

export interface NewsParts extends Pick<BatchParts, 'session' | 'clock'> {
  readonly newsNumbers: NewsNumbers;
}

/** Something to tell on a channel. */
interface News {
  readonly channel: Buffer;
  readonly subjects: Subjects;
}

type Subjects = Partial<Pick<InvalidationMessage, 'keys' | 'tags'>>;

/**
 * Tells running services with cachescope/cache what a purge removed, as they tell each other (shared/control/invalidationMessage.ts):
 * they drop what they hold of it in memory, and do not keep what they are loading. Each name goes to those whose prefix it begins
 * with, whatever it is, since nobody minds a name that it does not hold. A message that fails is sent again with the next: it
 * says the same twice. Messages are numbered. Cost: PUBSUB CHANNELS at most once a second, a PUBLISH a batch for each service. Never throws `RedisFault`.
 */
export class ServiceNews {
  readonly #session: BatchParts['session'];
  readonly #clock: BatchParts['clock'];
  readonly #numbers: NewsNumbers;
  #channels: { readonly names: readonly Buffer[]; readonly readAtMs: number } | null = null;
  #waiting: Buffer[] = [];
  #lostCount = 0;
  #fault: RedisFault | null = null;
  /** Of each channel the most that heard one message. */
  readonly #listenerCounts = new Map<string, number>();

  constructor({ session, clock, newsNumbers }: NewsParts) {
    this.#session = session;
    this.#clock = clock;
    this.#numbers = newsNumbers;
  }

  /** These are gone from Redis, or may be. */
  async tellKeys(keys: readonly Buffer[]): Promise<void> {
    this.#waiting.push(...keys);
    await this.#attempt(async (connection) => {
      const channels = await this.#readChannels(connection);
      await this.#publish(
        connection,
        channels.flatMap((channel) => newsOfKeys(channel, this.#waiting)),
      );
      this.#waiting = [];
    });
    if (this.#waiting.length <= MAX_WAITING && !this.#isRefused) return;
    this.#lostCount += this.#waiting.length;
    this.#waiting = [];
  }

  /** These tags are gone as a whole, also what services hold of them that Redis had lost before. */
  async end(tags: readonly ServiceTag[]): Promise<string> {
    if (this.#waiting.length > 0) await this.tellKeys([]);
    for (const tag of this.#isRefused ? [] : tags) {
      const channel = Buffer.from(invalidationChannel(tag.prefix));
      await this.#attempt((connection) =>
        this.#publish(connection, [{ channel, subjects: { tags: [tag.tag] } }]),
      );
    }
    return this.#describe();
  }

  get #isRefused(): boolean {
    return this.#fault?.kind === 'notPermitted';
  }

  async #attempt(act: (connection: RedisConnection) => Promise<void>): Promise<void> {
    if (this.#isRefused) return;
    try {
      await act(await this.#session.connection());
      this.#fault = null;
    } catch (error) {
      if (!(error instanceof RedisFault)) throw error;
      this.#fault = error;
      if (error.isOutcomeUnknown) this.#session.close();
    }
  }

  async #readChannels(connection: RedisConnection): Promise<readonly Buffer[]> {
    const nowMs = this.#clock.elapsedMs();
    if (this.#channels !== null && nowMs - this.#channels.readAtMs < CHANNELS_FOR_MS) {
      return this.#channels.names;
    }
    const names = await readChannels(connection, purgeChannels.cachescope);
    this.#channels = { names, readAtMs: nowMs };
    return names;
  }

  async #publish(connection: RedisConnection, news: readonly News[]): Promise<void> {
    if (news.length === 0) return;
    const sent = news.map((one) => ({ ...one, stamp: this.#numbers.stamp(one.channel) }));
    let replies: readonly RedisReply[] = [];
    try {
      replies = await connection.pipeline(
        sent.map(({ channel, stamp, subjects }) => messageTo(channel, stamp, subjects)),
      );
    } finally {
      for (const [at, { channel, stamp }] of sent.entries()) {
        if (parseInteger(replies[at]) === null) this.#numbers.takeBack(channel, stamp);
      }
    }
    const fault = faultIn(replies);
    if (fault !== null) throw fault;
    for (const [at, { channel }] of sent.entries()) {
      const name = String(channel);
      const count = Math.max(this.#listenerCounts.get(name) ?? 0, parseInteger(replies[at]) ?? 0);
      this.#listenerCounts.set(name, count);
    }
  }

  #describe(): string {
    const untoldCount = this.#lostCount + this.#waiting.length;
    if (this.#fault !== null || untoldCount > 0) {
      const of = untoldCount > 0 ? ` of ${formatCount(untoldCount)} keys` : '';
      const why = this.#fault === null ? '' : ` ${this.#fault.message}`;
      return `Running services were not told${of}: those with cachescope/cache may serve what they hold in memory (L1) until it ends there.${why}`;
    }
    const heardCount = [...this.#listenerCounts.values()].reduce((sum, count) => sum + count, 0);
    if (heardCount === 0) return '';
    const instances =
      heardCount === 1 ? '1 running instance was' : `${formatCount(heardCount)} running instances were`;
    return `${instances} told to drop what is held in memory.`;
  }
}

/** Those of the keys that services on this channel can hold. */
function newsOfKeys(channel: Buffer, keys: readonly Buffer[]): News[] {
  const prefix = channel.subarray(0, channel.length - CHANNEL_END.length);
  const news: News[] = [];
  let names: string[] = [];
  let bytes = 0;
  const flush = () => {
    if (names.length > 0) news.push({ channel, subjects: { keys: names } });
    names = [];
    bytes = 0;
  };
  for (const key of keys) {
    if (!key.subarray(0, prefix.length).equals(prefix)) continue;
    if (bytes + key.length > MESSAGE_BYTES) flush();
    names.push(key.toString('utf8'));
    bytes += key.length;
  }
  flush();
  return news;
}

function messageTo(channel: Buffer, stamp: NewsStamp, { keys = [], tags = [] }: Subjects): RedisCommand {
  const message: InvalidationMessage = { v: 1, ...stamp, keys, tags, patterns: [], namespaces: [] };
  return ['PUBLISH', channel, JSON.stringify(message)];
}
