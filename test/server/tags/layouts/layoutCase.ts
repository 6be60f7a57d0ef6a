import type { Redis } from 'ioredis';

/** A layout as its library writes and purges it, from the library's source (named in the layout's file). */
export interface LayoutCase {
  readonly layout: string;
  /** The index of the tag that is purged. */
  readonly tagKey: string | Buffer;
  /** As the list shows it. */
  readonly tag: string;
  /** Keys of entries that carry the tag, and that a purge removes. */
  readonly entries: readonly string[];
  /** Writes these entries, others, and the indexes. */
  write(client: Redis): Promise<void>;
  /** What the library sends to purge the tag. */
  purge(client: Redis): Promise<void>;
}
