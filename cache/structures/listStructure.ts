import { checkCount, checkNumber, type StructureAccess } from './structureAccess.ts';
import type { StructureRead, StructureWrite } from './structureResult.ts';
import { pushItemsScript } from './structureScripts.ts';

/** A list of the latest items, the newest first, such as what a user looked at. Costs are those on Redis. */
export class ListStructure<Item> {
  readonly #access: StructureAccess;
  readonly #maxLength: number;

  constructor(access: StructureAccess, maxLength: number) {
    this.#access = access;
    this.#maxLength = maxLength;
  }

  /**
   * Puts at most 1,000 items in front, the last of them first of all. Sent again by the client, they stand there once. LPUSH,
   * LTRIM, SETBIT and PEXPIRE in one script, O(items).
   */
  async push(...items: readonly Item[]): Promise<StructureWrite> {
    if (items.length === 0) return { state: 'stored' };
    checkCount('The number of items', items.length);
    return this.#access.writeOnce(pushItemsScript, () => [
      this.#maxLength,
      ...items.map((item) => Buffer.from(this.#access.encode(item))),
    ]);
  }

  /** At most `count` items (1,000 or less) from a position on, 0 = the newest. LRANGE, O(start + count). */
  async range(start: number, count: number): Promise<StructureRead<readonly Item[]>> {
    checkNumber('start must be a whole number from 0, and', start, isPosition);
    checkCount('count', count);
    return this.#access.read(
      (redis, key) => redis.lrangeBuffer(key, start, start + count - 1),
      (found) => found.map((bytes) => this.#access.decode<Item>(bytes)),
    );
  }

  /** LLEN, O(1). */
  size(): Promise<StructureRead<number>> {
    return this.#access.read(
      (redis, key) => redis.llen(key),
      (size) => size,
    );
  }

  /** The whole list goes. UNLINK: Redis frees it in the background. */
  delete(): Promise<StructureWrite> {
    return this.#access.delete();
  }
}

function isPosition(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
