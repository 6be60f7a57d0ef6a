import type { RedisCommand, RedisConnection } from '#server/redis/redisConnection.ts';
import type { MarkLayoutId } from '#shared/tags/markNames.ts';
import type { MarkState } from '#shared/tags/markView.ts';

/**
 * One way of invalidating a tag by a mark (shared/tags/markNames.ts). Which entries carry the tag stands in no index, so that
 * neither how many they are nor which is known, and a purge removes none: each is a miss at its next read.
 */
export interface MarkLayout {
  readonly id: MarkLayoutId;
  readonly name: string;
  /** What TYPE says of a mark. */
  readonly markType: 'string' | 'hash';
  /** Why no purge from outside can work; null where one does. */
  readonly refusal: string | null;
  /** The tag of a mark by its key alone; null when the key is not named as this layout names its marks. */
  parseTagKey(tagKey: Buffer): Buffer | null;
  /**
   * The mark under the key; null when what stands there is no mark of this layout, and where nothing stands there unless
   * the library takes that for "never invalidated". Reads TYPE and the mark. Throws `RedisFault`.
   */
  open(connection: RedisConnection, tagKey: Buffer): Promise<TagMark | null>;
}

export interface TagMark {
  readonly layout: MarkLayout;
  readonly tagKey: Buffer;
  readonly tag: Buffer;
  /** As it was when the mark was opened. */
  readonly state: MarkState;
  /** Why this tag cannot be purged from here, in a sentence; null when it can. */
  readonly refusal: string | null;
  /** What services that run and hold entries in memory do after a purge, in a sentence. */
  readonly reach: string;
  /**
   * Reads the mark, the clock of Redis and who listens, and prepares the purge. Changes nothing. Throws `RedisFault`, and
   * `AppError` badInput when the mark is refused, notFound when it is gone or another thing by now.
   */
  prepareMark(connection: RedisConnection): Promise<MarkCommands>;
  /** Lines for bash with redis-cli that do the same; `quote` makes a safe shell word of bytes. */
  prepareShellCommands(quote: (bytes: Buffer) => string): readonly string[];
}

/**
 * The purge of one tag. `mark` is one command, so that it is done or not done, and it may be sent again: what is old by the
 * first stays old by the second, which only makes old what was stored between the two.
 */
export interface MarkCommands {
  readonly mark: RedisCommand;
  /** To be sent in this order once `mark` is done: how long it stays, and messages to services that hold entries in memory. */
  readonly after: readonly RedisCommand[];
  /** Whether the tag is purged, for a `mark` that no answer told of. Throws `RedisFault`. */
  isDone(connection: RedisConnection): Promise<boolean>;
}
