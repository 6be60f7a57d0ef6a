import type { RedisCommand, RedisConnection } from '#server/redis/redisConnection.ts';
import type { MarkPlace, ReadMark } from './markLayout.ts';
import { CLI } from './markShell.ts';
import { readStringMark } from './readMark.ts';

/** A counter that a purge raises by one; null when what stands there is none. Raised twice it does no more than raised once. */
export async function readCountedMark(
  connection: RedisConnection,
  { tagKey }: MarkPlace,
  prepareAfter: (target: RedisConnection) => Promise<readonly RedisCommand[]>,
): Promise<ReadMark | null> {
  const bytes = await readStringMark(connection, tagKey);
  const count = bytes === 'absent' ? 0 : parseCounter(bytes);
  if (count === null) return null;
  return {
    state: bytes === 'absent' ? { kind: 'absent' } : { kind: 'counter', count },
    prepare: async (target) => ({
      mark: ['INCR', tagKey],
      after: await prepareAfter(target),
      async isDone(again) {
        const found = await readStringMark(again, tagKey);
        return Buffer.isBuffer(found) && (parseCounter(found) ?? 0) > count;
      },
    }),
  };
}

export function countedShellLines(
  { tagKey }: MarkPlace,
  quote: (bytes: Buffer) => string,
): readonly string[] {
  return [
    '# Reads only: the counter.',
    `${CLI} GET ${quote(tagKey)}`,
    '# Makes old what is stored with the tag.',
    `${CLI} INCR ${quote(tagKey)}`,
  ];
}

function parseCounter(bytes: Buffer | null): number | null {
  const text = bytes?.toString('latin1') ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
