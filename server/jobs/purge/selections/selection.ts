import type { RedisCommand, RedisConnection } from '#server/redis/redisConnection.ts';
import type { ScanPage } from '#server/tags/parseReplies.ts';
import type { PageStart, RemovalCommands } from '#server/tags/tagLayout.ts';
import type { ChosenMethod } from '../forecast/chooseMethod.ts';

/** A tag of cachescope/cache, as its services know it. */
export interface ServiceTag {
  readonly prefix: string;
  readonly tag: string;
}

/** What decides which keys a purge is of. Names are bytes. Reads throw `RedisFault`. */
export interface Selection {
  /** After a number of keys: `tagged electronics`, `of product:{id}`. */
  readonly words: string;
  /** What it is of, for the audit log; two purges of one subject do not run beside each other. */
  readonly subject: string;
  /** True where a name or a rule is easily wider than it was meant: more than half of all keys must then be meant. */
  readonly isEasilyTooWide: boolean;
  /** How many keys there are now, 0 when none is left; null = only a walk tells. */
  readCount(connection: RedisConnection): Promise<number | null>;
  /** One page. A key that stays for the whole walk is returned at least once. */
  readKeys(connection: RedisConnection, from: PageStart): Promise<ScanPage>;
  /**
   * Of some keys that a walk gave, those that are meant still: asked right before they are changed. Null = a key that was
   * meant once stays meant.
   */
  readonly readStillMeant:
    | ((connection: RedisConnection, keys: readonly Buffer[]) => Promise<readonly Buffer[]>)
    | null;
  /** What the plan must say of the walk that was made, in sentences: what could not be decided, or is not there. */
  notes(): readonly string[];
  /** Reads what else names these keys (at most 100 that `readKeys` gave) and prepares their removal. Changes nothing. */
  prepareRemoval(connection: RedisConnection, keys: readonly Buffer[]): Promise<RemovalCommands>;
  /** What is left to be cleaned once no key is left; none while one is. */
  prepareEnd(connection: RedisConnection): Promise<readonly RedisCommand[]>;
  /** The pattern of every key that `readKeys` gives; absent = they may have any. */
  readonly onlyPattern?: string;
  /** Why nothing is kept for an undo, in a sentence; absent where it would be of use. */
  readonly whyNoUndo?: string;
  /** Tags that services with cachescope/cache are to drop from memory once they are purged; absent where there is none. */
  readonly serviceTags?: readonly ServiceTag[];
  /** How whoever asked first wanted the keys to go; absent = nobody said, and the load decides. */
  readonly wish?: ChosenMethod;
  /** What stays to be done afterwards, in a sentence: told by the plan and at the end of the job; absent = nothing. */
  readonly leaves?: string;
  /** Lines for bash with redis-cli that remove the same; `quote` makes a safe shell word of bytes. */
  prepareShellCommands(quote: (bytes: Buffer) => string): readonly string[];
}

/** Of a selection whose keys are meant whatever they hold. */
export const unconditional: Pick<Selection, 'readStillMeant' | 'notes'> = {
  readStillMeant: null,
  notes: () => [],
};
