import type { RedisConnection } from '#server/redis/redisConnection.ts';
import type { MarkPlace, ReadMark } from './markLayout.ts';
import { CLI } from './markShell.ts';
import { readStringMark } from './readMark.ts';

/** A version is short; more is another thing. */
const MAX_VERSION_BYTES = 64;

/**
 * A random version that entries remember. Gone, the next reader draws another. Null when what stands there is none, and where there
 * is none: then nothing tagged stands.
 */
export async function readVersionMark(
  connection: RedisConnection,
  { tagKey }: MarkPlace,
): Promise<ReadMark | null> {
  const version = await readStringMark(connection, tagKey);
  if (version === null || version === 'absent' || version.length > MAX_VERSION_BYTES) return null;
  return {
    state: { kind: 'version' },
    async prepare() {
      return {
        mark: ['UNLINK', tagKey],
        after: [],
        async isDone(again) {
          const found = await readStringMark(again, tagKey);
          // A reader may have drawn the next version meanwhile.
          return !Buffer.isBuffer(found) || !found.equals(version);
        },
      };
    },
  };
}

export function versionShellLines(
  { tagKey }: MarkPlace,
  quote: (bytes: Buffer) => string,
): readonly string[] {
  return [
    '# Makes old what is stored with the tag: the next reader draws another version.',
    `${CLI} UNLINK ${quote(tagKey)}`,
  ];
}
