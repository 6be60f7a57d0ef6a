import type { RedisCommand, RedisConnection } from '#server/redis/redisConnection.ts';
import { clientPrefix } from '../entrySets/clientPrefix.ts';
import { entryShellCommands } from '../entrySets/entryShellCommands.ts';
import { plainNames } from '../entrySets/indexNames.ts';
import { joined } from '../entrySets/members.ts';
import { readStringMark } from '../marks/readMark.ts';
import { parseInteger, parseScanPage, type ScanPage } from '../parseReplies.ts';
import { readWhere } from '../readWhere.ts';
import type { PageStart, RemovalCommands, TagIndex, TagLayout } from '../tagLayout.ts';

interface ReferenceParts {
  readonly layout: TagLayout;
  readonly tagKey: Buffer;
  readonly tag: string;
  /** Of the connection and the cache, before everything but the members, which lack the first. */
  readonly prefix: string;
  readonly id: string;
}

/** One tag whose entries two sets list, under an id that a purge takes away: the next who uses the tag draws another. */
export class ReferenceTagIndex implements TagIndex {
  readonly layout: TagLayout;
  readonly tagKey: Buffer;
  readonly tag: Buffer;
  readonly hasOwnKey = false;
  readonly listing = null;
  readonly whyNoUndo =
    'With the purge Laravel gives the tag another id, under which nobody would look for what came back.';
  readonly #parts: ReferenceParts;
  readonly #sets: readonly [Buffer, Buffer];
  /** Of the connection. */
  readonly #entryPrefix: string;

  private constructor(parts: ReferenceParts, sets: readonly [Buffer, Buffer], entryPrefix: string) {
    this.layout = parts.layout;
    this.tagKey = parts.tagKey;
    this.tag = Buffer.from(parts.tag, 'latin1');
    this.#parts = parts;
    this.#sets = sets;
    this.#entryPrefix = entryPrefix;
  }

  /** Reads a member, which tells where the prefix of the connection ends. Throws `RedisFault`. */
  static async open(connection: RedisConnection, parts: ReferenceParts): Promise<ReferenceTagIndex> {
    const { prefix, id } = parts;
    const setOf = (name: string) => Buffer.from(`${prefix}${id}:${name}`, 'latin1');
    const sets = [setOf('standard_ref'), setOf('forever_ref')] as const;
    for (const set of sets) {
      const { elements } = parseScanPage(await connection.send('SSCAN', set, '0', 'COUNT', 1));
      const [member] = elements.map((element) => element.toString('latin1'));
      if (member !== undefined) return new ReferenceTagIndex(parts, sets, clientPrefix(prefix, member));
    }
    return new ReferenceTagIndex(parts, sets, '');
  }

  async readMemberCount(connection: RedisConnection): Promise<number | null> {
    if (!Buffer.isBuffer(await readStringMark(connection, this.tagKey))) return null;
    return this.#count(connection);
  }

  /** The walks of both sets as one: the cursor says of which it is. */
  async readEntryKeys(connection: RedisConnection, { cursor, count }: PageStart): Promise<ScanPage> {
    const isForever = cursor.startsWith('forever ');
    const set = this.#sets[isForever ? 1 : 0];
    const at = cursor.replace(/^\w+ /, '');
    const page = parseScanPage(await connection.send('SSCAN', set, at, 'COUNT', count));
    const elements = page.elements.map((member) => joined(this.#entryPrefix, member));
    if (page.cursor !== null)
      return { cursor: `${isForever ? 'forever' : 'standard'} ${page.cursor}`, elements };
    return { cursor: isForever ? null : 'forever 0', elements };
  }

  reverseKeyOf(): null {
    return null;
  }

  mayList(key: Buffer): boolean {
    return key.toString('latin1').startsWith(this.#entryPrefix);
  }

  async readListed(connection: RedisConnection, keys: readonly Buffer[]): Promise<readonly boolean[]> {
    const inSets = await Promise.all(this.#sets.map((set) => this.#readMembers(connection, set, keys)));
    return keys.map((_, at) => inSets.some((listed) => listed[at] === true));
  }

  async prepareRemoval(_connection: RedisConnection, keys: readonly Buffer[]): Promise<RemovalCommands> {
    const members = keys.map((key) => key.subarray(this.#entryPrefix.length));
    return {
      removeValues: ['UNLINK', ...keys],
      cleanIndex: this.#sets.map((set): RedisCommand => ['SREM', set, ...members]),
    };
  }

  async prepareEnd(connection: RedisConnection): Promise<readonly RedisCommand[]> {
    if ((await this.#count(connection)) !== 0) return [];
    const value = await readStringMark(connection, this.tagKey);
    // Another id by now is that of entries that were stored since.
    return String(value).includes(`"${this.#parts.id}"`) ? [['UNLINK', this.tagKey]] : [];
  }

  prepareShellCommands(quote: (bytes: Buffer) => string): readonly string[] {
    const names = plainNames(this.#parts.tag, this.#entryPrefix);
    const ofSets = this.#sets.flatMap((tagKey) =>
      entryShellCommands({ indexType: 'set', tagKey, tag: this.tag, names, quote }),
    );
    return [...ofSets, `redis-cli -u "$REDIS_URL" UNLINK ${quote(this.tagKey)}`];
  }

  #readMembers(
    connection: RedisConnection,
    set: Buffer,
    keys: readonly Buffer[],
  ): Promise<readonly boolean[]> {
    return readWhere(keys, {
      mayBe: (key) => this.mayList(key),
      // Of a set that is gone no reply would tell that the question was a miss.
      isThere: async () => String(await connection.send('TYPE', set)) === 'set',
      ask: async (some) => {
        const members = some.map((key) => key.subarray(this.#entryPrefix.length));
        const replies = await connection.send('SMISMEMBER', set, ...members);
        return Array.isArray(replies) ? replies.map((reply) => reply === 1) : [];
      },
    });
  }

  async #count(connection: RedisConnection): Promise<number> {
    const counts = await connection.pipeline(this.#sets.map((set) => ['SCARD', set]));
    return counts.reduce((sum: number, count) => sum + (parseInteger(count) ?? 0), 0);
  }
}
