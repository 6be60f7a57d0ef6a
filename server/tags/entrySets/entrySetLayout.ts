import type { RedisConnection } from '#server/redis/redisConnection.ts';
import type { LayoutTraits } from '../layoutTraits.ts';
import { parseInteger, parseScanPage } from '../parseReplies.ts';
import type { TagLayout } from '../tagLayout.ts';
import { EntrySetIndex } from './entrySetIndex.ts';
import type { IndexNames } from './indexNames.ts';
import { type EntrySetType, joined, membersOf } from './members.ts';

/** Members looked at to tell an index from a set that is only named like one. */
const PROOF_MEMBERS = 20;

export interface EntrySetOptions {
  readonly id: string;
  readonly name: string;
  readonly indexType: EntrySetType;
  readonly isToldByName: boolean;
  readonly traits: LayoutTraits;
  /**
   * By the key of the index and one of its members, both as latin1; null when the key is none of this layout. The member is
   * null while only the name is known: then the tag must be right, and prefixes may still be open.
   */
  namesOf(tagKey: string, member: string | null): IndexNames | null;
}

/** A layout whose index lists the entries of each tag, and whose purge removes these and cleans the index. */
export function entrySetLayout(options: EntrySetOptions): TagLayout {
  const { id, name, indexType, isToldByName, traits } = options;
  const layout: TagLayout = {
    ...{ id, name, indexType, isToldByName, traits },
    parseTagKey(tagKey) {
      const names = options.namesOf(tagKey.toString('latin1'), null);
      return names === null ? null : Buffer.from(names.tag, 'latin1');
    },
    async open(connection, tagKey) {
      const text = tagKey.toString('latin1');
      if (options.namesOf(text, null) === null) return null;
      if (String(await connection.send('TYPE', tagKey)) !== indexType) return null;
      const members = await readSomeMembers(connection, indexType, tagKey);
      const names = options.namesOf(text, members[0]?.toString('latin1') ?? null);
      if (names === null) return null;
      if (!isToldByName && !(await leadsToEntries(connection, names, members))) return null;
      return new EntrySetIndex({ layout, indexType, tagKey, names });
    },
  };
  return layout;
}

async function readSomeMembers(
  connection: RedisConnection,
  indexType: EntrySetType,
  tagKey: Buffer,
): Promise<readonly Buffer[]> {
  const command = indexType === 'set' ? 'SSCAN' : 'ZSCAN';
  const page = parseScanPage(await connection.send(command, tagKey, '0', 'COUNT', PROOF_MEMBERS));
  return membersOf(indexType, page.elements).slice(0, PROOF_MEMBERS);
}

/** Whether one of the members is the key of an entry that, where the layout says so, knows its tags. MEMORY USAGE is no look-up. */
async function leadsToEntries(
  connection: RedisConnection,
  names: IndexNames,
  members: readonly Buffer[],
): Promise<boolean> {
  const prefixes = [names.entryPrefix, ...(names.reverse === null ? [] : [names.reverse.prefix])];
  const commands = members.flatMap((member) =>
    prefixes.map((prefix) => ['MEMORY', 'USAGE', joined(prefix, member)] as const),
  );
  const sizes = (await connection.pipeline(commands)).map(parseInteger);
  return members.some((_, index) =>
    prefixes.every((_prefix, at) => sizes[index * prefixes.length + at] !== null),
  );
}
