import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { LayoutCase } from './layoutCase.ts';

const PREFIX = 'laravel-database-laravel-cache-';

const indexOf = (tag: string) => `${PREFIX}tag:${tag}:entries`;

/** The order of the tags is part of it. */
function memberOf(tags: readonly string[], key: string): string {
  const ids = tags.map((tag) => `tag:${tag}:entries`).join('|');
  return `${createHash('sha1').update(ids).digest('hex')}:${key}`;
}

/** `Cache::tags([...])->put(key, ...)`, or `forever`, whose score is -1. */
async function put(client: Redis, tags: readonly string[], key: string, isForever = false): Promise<void> {
  const member = memberOf(tags, key);
  for (const tag of tags) await client.zadd(indexOf(tag), isForever ? -1 : 4_102_444_800, member);
  if (isForever) await client.set(PREFIX + member, 'i:1;');
  else await client.set(PREFIX + member, 's:5:"value";', 'EX', 3_600);
}

/** RedisTaggedCache::flush of Laravel 12 and 13 (one Redis): DEL and ZREM from the flushed tag alone. */
export const laravelCase: LayoutCase = {
  layout: 'laravel',
  tagKey: indexOf('people'),
  tag: 'people',
  entries: [
    PREFIX + memberOf(['people', 'artists'], 'john'),
    PREFIX + memberOf(['artists', 'people'], 'john'),
    PREFIX + memberOf(['people'], 'forever'),
  ],
  async write(client) {
    await put(client, ['people', 'artists'], 'john');
    await put(client, ['artists', 'people'], 'john');
    await put(client, ['artists'], 'anne');
    await put(client, ['people'], 'forever', true);
  },
  async purge(client) {
    for (const member of await client.zrange(indexOf('people'), '0', '-1')) {
      await client.del(PREFIX + member);
      await client.zrem(indexOf('people'), member);
    }
  },
};
