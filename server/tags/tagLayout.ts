import type { RedisCommand, RedisConnection } from '#server/redis/redisConnection.ts';
import type { TagList } from '#shared/tags/tagSummary.ts';
import type { ScanPage } from './parseReplies.ts';

export interface TagListRequest {
  /** Part of the tag, taken literally, case-sensitive; empty = all tags. */
  readonly search: string;
  readonly nowMs: () => number;
  readonly maxScannedKeys?: number;
  readonly maxScanMs?: number;
}

/** Commands that remove some members of one tag and leave the index as the library itself would. */
export interface RemovalCommands {
  /** One command, so that it is done or not done; its reply is how many values there were. */
  readonly removeValues: RedisCommand;
  /** To be sent in this order once `removeValues` is done. */
  readonly cleanIndex: readonly RedisCommand[];
}

/** One way of keeping tags in Redis. All names are bytes. Reads throw `RedisFault`. */
export interface TagLayout {
  readonly id: string;
  /** The tag of an index key by its name alone; null when the name is not of this layout. */
  parseTagKey(tagKey: Buffer): Buffer | null;
  /** Scans for indexes within the budget. Throws `AppError`. */
  listTags(connection: RedisConnection, request: TagListRequest): Promise<TagList>;
  /** Exact; null when there is no index of this layout under the key. */
  readMemberCount(connection: RedisConnection, tagKey: Buffer): Promise<number | null>;
  /** One page of members, which are key names. A member that stays is returned at least once by a whole walk. */
  readMembers(connection: RedisConnection, tagKey: Buffer, from: PageStart): Promise<ScanPage>;
  /** Reads what else names these keys (at most 100) and prepares their removal. Changes nothing. */
  prepareRemoval(
    connection: RedisConnection,
    tagKey: Buffer,
    keys: readonly Buffer[],
  ): Promise<RemovalCommands>;
  /** Lines for a POSIX shell with redis-cli that do the same; `quote` makes a safe shell word of bytes. */
  prepareShellCommands(tagKey: Buffer, quote: (bytes: Buffer) => string): readonly string[];
}

export interface PageStart {
  /** '0' starts a walk. */
  readonly cursor: string;
  readonly count: number;
}
