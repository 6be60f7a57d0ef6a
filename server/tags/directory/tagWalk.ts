import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { parseInteger, parseScanPage } from '../parseReplies.ts';
import { isForeign, orThrow, PAGE_SIZE, sendInPages } from './sendInPages.ts';
import type { TagForm } from './tagForms.ts';

/** More than this many tags are not kept: some 200 bytes each. */
const MAX_FOUND = 100_000;
/** Tags of one scope that are opened to see whether its names mean what they seem to. */
const MAX_PROOFS = 5;
/** Different beginnings and ends of keys between which tags stand; more are no names of indexes. */
const MAX_SCOPES = 1_000;

/** A key that has the name and the type of a tag's index or mark. */
export interface FoundTag {
  readonly form: TagForm;
  readonly tagKey: Buffer;
  /** The key in Redis that stands for the tag: its own, or one that holds many; null where many keys hold it together. */
  readonly indexKey: Buffer | null;
  readonly tag: Buffer;
  readonly scope: TagScope;
  /** When it was found; null where no list is kept. */
  readonly memberCount: number | null;
}

/** What stands around the tag in its key, and whether one was opened and was what its name says. */
export interface TagScope {
  readonly form: TagForm;
  readonly before: Buffer;
  readonly after: Buffer;
  isProven: boolean;
  proofCount: number;
}

/**
 * One walk over all names, a page at a time, so that it can stop and go on. SCAN goes without TYPE, which raises keyspace_hits by a
 * number that it does not tell, while a TYPE for each matching name counts as exactly one; and without MATCH, since no glob
 * fits the names of all layouts. Cost: DBSIZE/200 SCAN steps; for each name that fits TYPE, and SCARD or ZCARD; for each scope
 * whose names prove nothing, up to five tags opened.
 */
export class TagWalk {
  /** By the key as latin1. */
  readonly found = new Map<string, FoundTag>();
  readonly #forms: readonly TagForm[];
  readonly #scopes = new Map<string, TagScope>();
  #cursor: string | null = '0';
  #stepCount = 0;
  #keyCount: number | null = null;

  constructor(forms: readonly TagForm[]) {
    this.#forms = forms;
  }

  /** True when every name was seen, or when there are too many tags to keep more. */
  get isEnded(): boolean {
    return this.#cursor === null || this.isFull;
  }

  get isFull(): boolean {
    return this.found.size >= MAX_FOUND;
  }

  /** At the start of the walk; null before. */
  get keyCount(): number | null {
    return this.#keyCount;
  }

  /** Names that SCAN has looked at: steps times COUNT, at most as many as there are. */
  get scannedCount(): number {
    const most = this.#keyCount ?? 0;
    return this.#cursor === null ? most : Math.min(this.#stepCount * PAGE_SIZE, most);
  }

  /** How many entries each tag lists, by its key as latin1; without those that nobody counts. */
  sizes(): ReadonlyMap<string, number> {
    const sizes = new Map<string, number>();
    for (const [name, { memberCount, scope }] of this.found) {
      if (memberCount !== null && scope.isProven) sizes.set(name, memberCount);
    }
    return sizes;
  }

  scopes(): Iterable<TagScope> {
    return this.#scopes.values();
  }

  /** Looks at the next page of names. After a fault the same page can be asked for again. Throws `RedisFault`. */
  async step(connection: RedisConnection): Promise<void> {
    if (this.#cursor === null) return;
    this.#keyCount ??= parseInteger(await connection.send('DBSIZE')) ?? 0;
    const page = parseScanPage(await connection.send('SCAN', this.#cursor, 'COUNT', PAGE_SIZE));
    await this.lookAt(connection, page.elements);
    this.#cursor = page.cursor;
    this.#stepCount += 1;
  }

  /** Keeps those of the keys that are tags by name and type. Throws `RedisFault`. */
  async lookAt(connection: RedisConnection, keys: readonly Buffer[]): Promise<void> {
    const named = keys.flatMap((tagKey) => {
      const readings = this.#forms.flatMap((form) => {
        if (form.holder !== undefined) return form.holder.isNamed(tagKey) ? [{ form, tag: tagKey }] : [];
        const tag = form.parseTagKey(tagKey);
        return tag === null ? [] : [{ form, tag }];
      });
      return readings.length === 0 ? [] : [{ tagKey, readings }];
    });
    const types = await sendInPages(connection, named, ({ tagKey }) => ['TYPE', tagKey]);
    const typed = named.flatMap(({ tagKey, readings }, place) => {
      const reply = types[place];
      if (isForeign(reply)) return [];
      const type = String(orThrow(reply));
      const reading = readings.find(({ form }) => form.type === type);
      return reading === undefined ? [] : [{ tagKey, ...reading }];
    });
    const counts = await sendInPages(connection, typed, ({ tagKey, form }) => [
      form.countCommand ?? 'TYPE',
      tagKey,
    ]);
    for (const [place, { tagKey, form, tag }] of typed.entries()) {
      if (form.holder === undefined) {
        const memberCount = form.countCommand === null ? null : parseInteger(orThrow(counts[place]));
        await this.#keep(connection, { form, tagKey, indexKey: tagKey, tag, memberCount });
        continue;
      }
      for (const held of await form.holder.readTags(connection, tagKey)) {
        const indexKey = form.holder.isOneOfMany ? null : tagKey;
        const before =
          indexKey === null ? (this.found.get(held.tagKey.toString('latin1'))?.memberCount ?? 0) : 0;
        await this.#keep(connection, { form, indexKey, ...held, memberCount: before + held.memberCount });
      }
    }
  }

  async #keep(
    connection: RedisConnection,
    { form, tagKey, indexKey, tag, memberCount }: Omit<FoundTag, 'scope'>,
  ) {
    const scope = this.#scopeOf(form, tagKey, tag);
    if (scope === null) return;
    // A reply's buffer can be a view of a far larger one.
    const kept = {
      tagKey: Buffer.from(tagKey),
      indexKey: indexKey && Buffer.from(indexKey),
      tag: Buffer.from(tag),
    };
    this.found.set(tagKey.toString('latin1'), { form, scope, memberCount, ...kept });
    await prove(connection, scope, tagKey);
  }

  #scopeOf(form: TagForm, tagKey: Buffer, tag: Buffer): TagScope | null {
    const at = tagKey.lastIndexOf(tag);
    // Some layouts show a tag that is not spelled so in its key; then the whole key stands before it.
    const before = at < 0 ? tagKey : tagKey.subarray(0, at);
    const after = at < 0 ? Buffer.alloc(0) : tagKey.subarray(at + tag.length);
    const name = `${form.id} ${before.length} ${before.toString('latin1')}${after.toString('latin1')}`;
    const known = this.#scopes.get(name);
    if (known !== undefined) return known;
    if (this.#scopes.size >= MAX_SCOPES) return null;
    const scope: TagScope = {
      form,
      before: Buffer.from(before),
      after: Buffer.from(after),
      isProven: form.isToldByName,
      proofCount: 0,
    };
    this.#scopes.set(name, scope);
    return scope;
  }
}

async function prove(connection: RedisConnection, scope: TagScope, tagKey: Buffer): Promise<void> {
  if (scope.isProven || scope.proofCount >= MAX_PROOFS) return;
  scope.proofCount += 1;
  scope.isProven = await scope.form.isOne(connection, tagKey);
}
