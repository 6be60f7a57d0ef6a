import type { RedisCommand, RedisConnection } from '#server/redis/redisConnection.ts';
import { joined } from '../entrySets/members.ts';
import { readRedisTimeMs } from '../marks/readMark.ts';
import type { ScanPage } from '../parseReplies.ts';
import { readWhere } from '../readWhere.ts';
import type { PageStart, RemovalCommands, TagIndex, TagLayout } from '../tagLayout.ts';
import { heldTagShellCommands } from './heldTagShellCommands.ts';
import { type HeldTag, holderKey, parseTags } from './heldTags.ts';
import { readHashPage, walkHash } from './walkHash.ts';

/** Next.js tags a page by its path with names that begin so, and also compares when they were last revalidated. */
const IMPLICIT_TAG = '_N_T_';

/**
 * One tag of a hash that holds the tags of all entries. Whoever counts its entries walks the whole hash. Messages go to
 * the channels of turbo-redis, on which nobody listens where another handler writes.
 */
export class HeldTagIndex implements TagIndex {
  readonly layout: TagLayout;
  readonly tagKey: Buffer;
  readonly tag: Buffer;
  readonly hasOwnKey = false;
  readonly listing = null;
  readonly #held: HeldTag;
  readonly #holder: Buffer;

  constructor(layout: TagLayout, tagKey: Buffer, held: HeldTag) {
    this.layout = layout;
    this.tagKey = tagKey;
    this.tag = Buffer.from(held.tag, 'latin1');
    this.#held = held;
    this.#holder = holderKey(held);
  }

  async readMemberCount(connection: RedisConnection): Promise<number | null> {
    if (String(await connection.send('TYPE', this.#holder)) !== 'hash') return null;
    const entries = new Set<string>();
    for await (const fields of walkHash(connection, this.#holder)) {
      for (const { field, value } of fields) if (this.#isTagged(value)) entries.add(field.toString('latin1'));
    }
    return entries.size;
  }

  async readEntryKeys(connection: RedisConnection, from: PageStart): Promise<ScanPage> {
    const { cursor, fields } = await readHashPage(connection, this.#holder, from);
    const tagged = fields.filter(({ value }) => this.#isTagged(value));
    return { cursor, elements: tagged.map(({ field }) => joined(this.#held.prefix, field)) };
  }

  reverseKeyOf(): null {
    return null;
  }

  mayList(key: Buffer): boolean {
    return key.toString('latin1').startsWith(this.#held.prefix);
  }

  async readListed(connection: RedisConnection, keys: readonly Buffer[]): Promise<readonly boolean[]> {
    return readWhere(keys, {
      mayBe: (key) => this.mayList(key),
      isThere: async () => String(await connection.send('TYPE', this.#holder)) === 'hash',
      ask: async (some) => {
        const fields = some.map((key) => key.subarray(this.#held.prefix.length));
        const values = await connection.send('HMGET', this.#holder, ...fields);
        return Array.isArray(values)
          ? values.map((value) => Buffer.isBuffer(value) && this.#isTagged(value))
          : [];
      },
    });
  }

  async prepareRemoval(_connection: RedisConnection, keys: readonly Buffer[]): Promise<RemovalCommands> {
    const { prefix, names } = this.#held;
    const fields = keys.map((key) => key.subarray(prefix.length));
    const message = JSON.stringify({ type: 'delete', keys: fields.map(String) });
    return {
      removeValues: ['UNLINK', ...keys],
      cleanIndex: [
        ['HDEL', this.#holder, ...fields],
        ...(names.ends === null ? [] : [['HDEL', this.#keyOf(names.ends), ...fields] as const]),
        ['PUBLISH', this.#keyOf(`:sync-channel:${names.memory}`), message],
        ['PUBLISH', this.#keyOf(`:sync-channel:${names.holder}`), message],
      ],
    };
  }

  async prepareEnd(connection: RedisConnection): Promise<readonly RedisCommand[]> {
    const tag = this.tag.toString('utf8');
    const { revalidated, comparesAll } = this.#held.names;
    if (!comparesAll && !tag.startsWith(IMPLICIT_TAG)) return [];
    const value = await readRedisTimeMs(connection);
    const message = JSON.stringify({ type: 'insert', key: tag, value });
    return [
      ['HSET', this.#keyOf(revalidated), this.tag, String(value)],
      ['PUBLISH', this.#keyOf(`:sync-channel:${revalidated}`), message],
    ];
  }

  prepareShellCommands(quote: (bytes: Buffer) => string): readonly string[] {
    return heldTagShellCommands(this.#held, quote);
  }

  #keyOf(name: string): Buffer {
    return Buffer.from(this.#held.prefix + name, 'latin1');
  }

  #isTagged(value: Buffer): boolean {
    return parseTags(value)?.includes(this.#held.tag) === true;
  }
}
