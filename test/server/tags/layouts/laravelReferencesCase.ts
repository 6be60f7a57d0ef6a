import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { LayoutCase } from './layoutCase.ts';

/** Of the connection, which predis or phpredis puts before every key, and of the cache, which stands in the members too. */
const CONNECTION = 'laravel_database_';
const PREFIX = 'laravel_cache:';

const ids: Readonly<Record<string, string>> = {
  people: '65f1c0a1b2c3d012345678',
  artists: '65f1c0a1b2c3d887654321',
};
const tagKeyOf = (tag: string) => `${CONNECTION}${PREFIX}tag:${tag}:key`;
const setOf = (tag: string, name: string) => `${CONNECTION}${PREFIX}${ids[tag]}:${name}`;

function memberOf(tags: readonly string[], key: string): string {
  const namespace = tags.map((tag) => ids[tag]).join('|');
  return `${PREFIX}${createHash('sha1').update(namespace).digest('hex')}:${key}`;
}

async function put(client: Redis, tags: readonly string[], key: string, isForever = false): Promise<void> {
  const member = memberOf(tags, key);
  for (const tag of tags) await client.sadd(setOf(tag, isForever ? 'forever_ref' : 'standard_ref'), member);
  if (isForever) await client.set(CONNECTION + member, 'i:1;');
  else await client.set(CONNECTION + member, 's:5:"value";', 'EX', 3_600);
}

/** RedisTaggedCache::flush of Laravel 9.52, for one tag. */
export const laravelReferencesCase: LayoutCase = {
  layout: 'laravelReferences',
  tagKey: tagKeyOf('people'),
  tag: 'people',
  entries: [
    CONNECTION + memberOf(['people', 'artists'], 'john'),
    CONNECTION + memberOf(['people'], 'count'),
    CONNECTION + memberOf(['people'], 'forever'),
  ],
  async write(client) {
    for (const [tag, id] of Object.entries(ids)) await client.set(tagKeyOf(tag), `s:${id.length}:"${id}";`);
    await put(client, ['people', 'artists'], 'john');
    await put(client, ['people'], 'count');
    await put(client, ['artists'], 'anne');
    await put(client, ['people'], 'forever', true);
  },
  async purge(client) {
    for (const name of ['forever_ref', 'standard_ref']) {
      for (const member of await client.smembers(setOf('people', name)))
        await client.del(CONNECTION + member);
      await client.del(setOf('people', name));
    }
    await client.del(tagKeyOf('people'));
  },
};
