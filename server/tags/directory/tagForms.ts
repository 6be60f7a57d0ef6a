import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { parseTagIdName } from '#shared/tags/tagIdNames.ts';
import { parseHolder } from '../hashes/heldTags.ts';
import { nextHeldTags, readHeldTags } from '../hashes/nextHeldTags.ts';
import { markLayouts } from '../marks/markLayouts.ts';
import type { MarkLayout } from '../marks/tagMark.ts';
import { laravelReferences, readReferencedTags } from '../references/laravelReferences.ts';
import { parseTaggedName } from '../taggedNames/taggedNames.ts';
import { readNamedTags, undiciCache } from '../taggedNames/undiciCache.ts';
import type { IndexType, TagLayout } from '../tagLayout.ts';
import { tagLayouts } from '../tagLayouts.ts';

/** What the directory needs to know of a layout, whether it lists the entries of a tag or invalidates by a mark. */
export interface TagForm {
  readonly id: string;
  readonly name: string;
  /** What TYPE says of the key of a tag. */
  readonly type: string;
  /** Counts the entries of a tag; null where no list of them is kept, or one of all tags together. */
  readonly countCommand: 'SCARD' | 'ZCARD' | null;
  /** False where names alone say little. */
  readonly isToldByName: boolean;
  parseTagKey(tagKey: Buffer): Buffer | null;
  /** Of a layout whose key holds many tags: whether the key is named so, and what it holds. */
  readonly holder?: {
    isNamed(key: Buffer): boolean;
    readTags: typeof readHeldTags;
    /** Each of the keys holds a part of a tag's entries, so that a tag has no key of its own. */
    readonly isOneOfMany: boolean;
  };
  /** Looks whether what stands under the key is what its name says. Throws `RedisFault`. */
  isOne(connection: RedisConnection, tagKey: Buffer): Promise<boolean>;
}

const countCommands: Readonly<Record<IndexType, 'SCARD' | 'ZCARD' | null>> = {
  set: 'SCARD',
  zset: 'ZCARD',
  hash: null,
  string: null,
};

function formOfIndex(layout: TagLayout): TagForm {
  return {
    id: layout.id,
    name: layout.name,
    type: layout.indexType,
    countCommand: countCommands[layout.indexType],
    isToldByName: layout.isToldByName,
    parseTagKey: layout.parseTagKey,
    isOne: async (connection, tagKey) => (await layout.open(connection, tagKey)) !== null,
  };
}

function formOfMark(layout: MarkLayout): TagForm {
  return {
    id: layout.id,
    name: layout.name,
    type: layout.markType,
    countCommand: null,
    isToldByName: false,
    parseTagKey: layout.parseTagKey,
    isOne: async (connection, tagKey) => (await layout.open(connection, tagKey)) !== null,
  };
}

/** Of every layout; where a name fits several, the first whose type stands there has it. */
export const tagForms: readonly TagForm[] = [
  ...markLayouts.map(formOfMark),
  ...tagLayouts
    .filter((layout) => layout.indexType !== 'hash' && layout.indexType !== 'string')
    .map(formOfIndex),
  {
    ...formOfIndex(nextHeldTags),
    // What it holds is looked at whole.
    isToldByName: true,
    holder: {
      isNamed: (key) => parseHolder(key.toString('latin1')) !== null,
      readTags: readHeldTags,
      isOneOfMany: false,
    },
  },
  {
    ...formOfIndex(undiciCache),
    // Each of its keys is looked at.
    isToldByName: true,
    holder: {
      isNamed: (key) => parseTaggedName(key.toString('latin1')) !== null,
      readTags: readNamedTags,
      isOneOfMany: true,
    },
  },
  {
    ...formOfIndex(laravelReferences),
    // The id in each of its keys is read.
    isToldByName: true,
    holder: {
      isNamed: (key) => parseTagIdName(key.toString('latin1')) !== null,
      readTags: readReferencedTags,
      isOneOfMany: false,
    },
  },
];
