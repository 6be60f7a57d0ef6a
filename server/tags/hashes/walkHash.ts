import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { parseScanPage } from '../parseReplies.ts';
import type { PageStart } from '../tagLayout.ts';

export interface HashPage {
  /** Null = the walk has ended. */
  readonly cursor: string | null;
  readonly fields: readonly { readonly field: Buffer; readonly value: Buffer }[];
}

const FIELDS_PER_PAGE = 500;

/** One step of HSCAN. Throws `RedisFault`. */
export async function readHashPage(
  connection: RedisConnection,
  key: Buffer,
  { cursor, count }: PageStart,
): Promise<HashPage> {
  const page = parseScanPage(await connection.send('HSCAN', key, cursor, 'COUNT', count));
  const fields: { field: Buffer; value: Buffer }[] = [];
  for (let at = 0; at + 1 < page.elements.length; at += 2) {
    const [field, value] = [page.elements[at], page.elements[at + 1]];
    if (field !== undefined && value !== undefined) fields.push({ field, value });
  }
  return { cursor: page.cursor, fields };
}

/** Every page of a hash; a field can come twice. Throws `RedisFault`. */
export async function* walkHash(
  connection: RedisConnection,
  key: Buffer,
): AsyncGenerator<HashPage['fields']> {
  let cursor: string | null = '0';
  while (cursor !== null) {
    const page: HashPage = await readHashPage(connection, key, { cursor, count: FIELDS_PER_PAGE });
    yield page.fields;
    cursor = page.cursor;
  }
}
