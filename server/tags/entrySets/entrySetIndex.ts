import type { RedisCommand, RedisConnection } from '#server/redis/redisConnection.ts';
import { parseInteger, parseScanPage, type ScanPage } from '../parseReplies.ts';
import { readWhere } from '../readWhere.ts';
import type { IndexListing, PageStart, RemovalCommands, TagIndex, TagLayout } from '../tagLayout.ts';
import { entryShellCommands } from './entryShellCommands.ts';
import type { IndexNames } from './indexNames.ts';
import { type EntrySetType, joined, membersOf } from './members.ts';
import { readTagsOfEntries } from './readTagsOfEntries.ts';

interface EntrySetParts {
  readonly layout: TagLayout;
  readonly indexType: EntrySetType;
  readonly tagKey: Buffer;
  readonly names: IndexNames;
}

/** The index of one tag in a set or a sorted set of entries. */
export class EntrySetIndex implements TagIndex {
  readonly layout: TagLayout;
  readonly tagKey: Buffer;
  readonly tag: Buffer;
  readonly hasOwnKey = true;
  readonly listing: IndexListing | null;
  readonly #indexType: EntrySetType;
  readonly #names: IndexNames;

  constructor(parts: EntrySetParts) {
    this.layout = parts.layout;
    this.#indexType = parts.indexType;
    this.tagKey = parts.tagKey;
    this.tag = Buffer.from(parts.names.tag, 'latin1');
    this.#names = parts.names;
    // A score is known to the library alone, so that a member of a sorted set cannot be listed again.
    this.listing = parts.indexType === 'set' ? this.#setListing() : null;
  }

  reverseKeyOf(key: Buffer): Buffer | null {
    const { entryPrefix, reverse } = this.#names;
    return reverse === null ? null : joined(reverse.prefix, key.subarray(entryPrefix.length));
  }

  async readMemberCount(connection: RedisConnection): Promise<number | null> {
    const type = String(await connection.send('TYPE', this.tagKey));
    return type === this.#indexType ? this.#count(connection) : null;
  }

  async readEntryKeys(connection: RedisConnection, { cursor, count }: PageStart): Promise<ScanPage> {
    const command = this.#indexType === 'set' ? 'SSCAN' : 'ZSCAN';
    const page = parseScanPage(await connection.send(command, this.tagKey, cursor, 'COUNT', count));
    const members = membersOf(this.#indexType, page.elements);
    return {
      cursor: page.cursor,
      elements: members.map((member) => joined(this.#names.entryPrefix, member)),
    };
  }

  mayList(key: Buffer): boolean {
    return key.toString('latin1').startsWith(this.#names.entryPrefix);
  }

  async readListed(connection: RedisConnection, keys: readonly Buffer[]): Promise<readonly boolean[]> {
    return readWhere(keys, {
      mayBe: (key) => this.mayList(key),
      // Of an index that is gone no reply would tell that the question was a miss.
      isThere: async () => String(await connection.send('TYPE', this.tagKey)) === this.#indexType,
      ask: async (some) => {
        const members = some.map((key) => key.subarray(this.#names.entryPrefix.length));
        const command = this.#indexType === 'set' ? 'SMISMEMBER' : 'ZMSCORE';
        const replies = await connection.send(command, this.tagKey, ...members);
        return Array.isArray(replies) ? replies.map((reply) => reply !== 0 && reply !== null) : [];
      },
    });
  }

  async prepareRemoval(connection: RedisConnection, keys: readonly Buffer[]): Promise<RemovalCommands> {
    const { entryPrefix, reverse, memberLists } = this.#names;
    const members = keys.map((key) => key.subarray(entryPrefix.length));
    const removeMembers = this.#indexType === 'set' ? 'SREM' : 'ZREM';
    const leaveIndex: RedisCommand = [removeMembers, this.tagKey, ...members];
    const leaveLists = memberLists.map(
      (list): RedisCommand => ['SREM', Buffer.from(list, 'latin1'), ...members],
    );
    const leaveOthers = reverse === null ? [] : await this.#leaveOtherTags(connection, members);
    return {
      removeValues: ['UNLINK', ...keys],
      cleanIndex: [leaveIndex, ...leaveOthers, ...leaveLists],
    };
  }

  async prepareEnd(connection: RedisConnection): Promise<readonly RedisCommand[]> {
    const { tagList } = this.#names;
    if (tagList === null || (await this.#count(connection)) !== 0) return [];
    return [['SREM', Buffer.from(tagList, 'latin1'), this.tag]];
  }

  prepareShellCommands(quote: (bytes: Buffer) => string): readonly string[] {
    return entryShellCommands({
      indexType: this.#indexType,
      tagKey: this.tagKey,
      tag: this.tag,
      names: this.#names,
      quote,
    });
  }

  #setListing(): IndexListing {
    const members = (keys: readonly Buffer[]) =>
      keys.map((key) => key.subarray(this.#names.entryPrefix.length));
    return {
      drop: (keys) => ['SREM', this.tagKey, ...members(keys)],
      add: (keys) => ['SADD', this.tagKey, ...members(keys)],
    };
  }

  async #count(connection: RedisConnection): Promise<number | null> {
    const command = this.#indexType === 'set' ? 'SCARD' : 'ZCARD';
    return parseInteger(await connection.send(command, this.tagKey));
  }

  /** Takes the members out of the indexes of their other tags, and drops the sets of their tags. */
  async #leaveOtherTags(
    connection: RedisConnection,
    members: readonly Buffer[],
  ): Promise<readonly RedisCommand[]> {
    const { reverse } = this.#names;
    if (reverse === null) return [];
    const ownName = this.tagKey.toString('latin1');
    const tagsKeys = members.map((member) => joined(reverse.prefix, member));
    const tagsOfEntries = await readTagsOfEntries(connection, tagsKeys);
    const membersByIndex = new Map<string, Buffer[]>();
    for (const [place, member] of members.entries()) {
      for (const tag of tagsOfEntries[place] ?? []) {
        const name = reverse.indexPrefix + tag.toString('latin1');
        if (name === ownName) continue;
        const listed = membersByIndex.get(name);
        if (listed === undefined) membersByIndex.set(name, [member]);
        else listed.push(member);
      }
    }
    const leave = [...membersByIndex].map(
      ([name, listed]): RedisCommand => ['SREM', Buffer.from(name, 'latin1'), ...listed],
    );
    const dropped = tagsKeys.filter((_, place) => tagsOfEntries[place] !== null);
    return dropped.length === 0 ? leave : [...leave, ['UNLINK', ...dropped]];
  }
}
