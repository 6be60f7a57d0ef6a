import { checkNumber, checkTexts, MAX_PER_CALL, type StructureAccess } from './structureAccess.ts';
import type { StructureCount, StructureRead, StructureWrite } from './structureResult.ts';
import { incrementFieldScript, removeFieldsScript, setFieldsScript } from './structureScripts.ts';

/** All of a hash, or how large it is when that is more than one read may fetch. */
export type HashContents<Item> =
  | StructureRead<ReadonlyMap<string, Item>>
  | { readonly state: 'tooLarge'; readonly size: number };

/** A small hash, such as a basket: texts to values. Costs are those on Redis. */
export class HashStructure<Item> {
  readonly #access: StructureAccess;

  constructor(access: StructureAccess) {
    this.#access = access;
  }

  /** Undefined = no such field. HGET, O(1). */
  get(field: string): Promise<StructureRead<Item | undefined>> {
    return this.#access.read(
      (redis, key) => redis.hgetBuffer(key, field),
      (bytes) => (bytes === null ? undefined : this.#decode(bytes)),
    );
  }

  /** Those of at most 1,000 fields that exist. HMGET, O(fields asked for). */
  async getMany(fields: readonly string[]): Promise<StructureRead<ReadonlyMap<string, Item>>> {
    if (fields.length === 0) return { state: 'read', value: new Map() };
    checkTexts('fields', fields);
    return this.#access.read(
      (redis, key) => redis.hmgetBuffer(key, ...fields),
      (found) => {
        const items = new Map<string, Item>();
        for (const [index, field] of fields.entries()) {
          const bytes = found[index];
          if (bytes !== null && bytes !== undefined) items.set(field, this.#decode(bytes));
        }
        return items;
      },
    );
  }

  /** All fields; `tooLarge` above 1,000. HLEN, then HGETALL, O(fields). */
  async getAll(): Promise<HashContents<Item>> {
    const size = await this.size();
    if (size.state === 'failed') return size;
    if (size.value > MAX_PER_CALL) return { state: 'tooLarge', size: size.value };
    if (size.value === 0) return { state: 'read', value: new Map() };
    return this.#access.read(
      (redis, key) => redis.hgetallBuffer(key),
      (found) => new Map(Object.entries(found).map(([field, bytes]) => [field, this.#decode(bytes)])),
    );
  }

  /** HSET and PEXPIRE in one script, O(1). */
  set(field: string, value: Item): Promise<StructureWrite> {
    return this.setMany(new Map([[field, value]]));
  }

  /** At most 1,000 fields, all of them or none. HSET and PEXPIRE in one script, O(fields). */
  async setMany(values: ReadonlyMap<string, Item>): Promise<StructureWrite> {
    if (values.size === 0) return { state: 'stored' };
    checkTexts('fields', [...values.keys()]);
    return this.#access.write(setFieldsScript, () =>
      [...values].flatMap(([field, value]) => [field, this.#encode(value)]),
    );
  }

  /**
   * Adds a whole number, and returns the sum; a field that is not there counts from 0. One that holds no whole number fails
   * with `refused`. A client that sends the command again, after its reply was lost, counts it once. HINCRBY, SETBIT and PEXPIRE in
   * one script, O(1).
   */
  async increment(field: string, by = 1): Promise<StructureCount> {
    checkTexts('fields', [field]);
    checkNumber('by must be a whole number, and', by, Number.isSafeInteger);
    return this.#access.countOnce(incrementFieldScript, [field, by]);
  }

  /** Takes at most 1,000 fields out. HDEL and PEXPIRE in one script, O(fields). */
  async remove(...fields: readonly string[]): Promise<StructureWrite> {
    if (fields.length === 0) return { state: 'stored' };
    checkTexts('fields', fields);
    return this.#access.write(removeFieldsScript, () => fields);
  }

  /** HLEN, O(1). */
  size(): Promise<StructureRead<number>> {
    return this.#access.read(
      (redis, key) => redis.hlen(key),
      (size) => size,
    );
  }

  /** The whole hash goes. UNLINK: Redis frees it in the background. */
  delete(): Promise<StructureWrite> {
    return this.#access.delete();
  }

  /** Whole numbers are plain decimals under any serialiser, so that Redis can add to them. */
  #encode(value: Item): Buffer | string {
    if (Number.isSafeInteger(value)) return String(value);
    const bytes = Buffer.from(this.#access.encode(value));
    if (isDecimal(bytes)) throw new TypeError('The serialiser gives what reads as a number.');
    return bytes;
  }

  #decode(bytes: Buffer): Item {
    return isDecimal(bytes) ? JSON.parse(bytes.toString('latin1')) : this.#access.decode<Item>(bytes);
  }
}

/** As HINCRBY leaves it. */
function isDecimal(bytes: Buffer): boolean {
  return bytes.length <= 20 && /^-?\d+$/.test(bytes.toString('latin1'));
}
