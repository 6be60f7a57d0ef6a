import type { LayoutCase } from './layoutCase.ts';

const CLIENT_PREFIX = 'shop:';
const NAMESPACE = 'pRyc7F6gAb:';

/** RedisTagAwareAdapter::doInvalidate deletes the members with the prefix of the client, and takes them out of the set. */
function symfonyCase(marker: string): LayoutCase {
  const index = (tag: string) => CLIENT_PREFIX + NAMESPACE + marker + tag;
  return {
    layout: 'symfonyRedis',
    tagKey: index('category'),
    tag: 'category',
    entries: [`${CLIENT_PREFIX}${NAMESPACE}a`, `${CLIENT_PREFIX}${NAMESPACE}b`],
    async write(client) {
      for (const [id, tags] of [
        ['a', ['category', 'other']],
        ['b', ['category']],
        ['c', ['other']],
      ] as const) {
        await client.set(`${CLIENT_PREFIX}${NAMESPACE}${id}`, 'value', 'EX', 8_640_000);
        for (const tag of tags) await client.sadd(index(tag), NAMESPACE + id);
      }
    },
    async purge(client) {
      for (const member of await client.smembers(index('category'))) {
        await client.del(CLIENT_PREFIX + member);
        await client.srem(index('category'), member);
      }
    },
  };
}

export const symfonyRedisCases: readonly LayoutCase[] = [
  symfonyCase('\u0001tags\u0001'),
  symfonyCase('\0tags\0'),
];
