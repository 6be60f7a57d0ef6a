import { type RedisCommand, type RedisConnection, RedisFault } from '#server/redis/redisConnection.ts';
import { parseScanPage, type ScanPage } from '../parseReplies.ts';

const TAGS_PER_PAGE = 200;

/**
 * The tags under each of these keys, which are sets of an entry's tags; null where another type stands there, which is then
 * not ours to remove. By SSCAN, since SMEMBERS of a set that grew would hold the node. Throws `RedisFault`.
 */
export async function readTagsOfEntries(
  connection: RedisConnection,
  tagsKeys: readonly Buffer[],
): Promise<readonly (readonly Buffer[] | null)[]> {
  const firstStep = tagsKeys.map((key): RedisCommand => ['SSCAN', key, '0', 'COUNT', TAGS_PER_PAGE]);
  const replies = await connection.pipeline(firstStep);
  const all: (Buffer[] | null)[] = [];
  for (const [index, key] of tagsKeys.entries()) {
    const reply = replies[index];
    if (reply instanceof RedisFault && reply.kind === 'wrongType') {
      all.push(null);
      continue;
    }
    let page: ScanPage = parseScanPage(reply);
    const tags = [...page.elements];
    while (page.cursor !== null) {
      const step = ['SSCAN', key, page.cursor, 'COUNT', TAGS_PER_PAGE] as const;
      page = parseScanPage(await connection.send(...step));
      tags.push(...page.elements);
    }
    all.push(tags);
  }
  return all;
}
