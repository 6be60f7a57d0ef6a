import type { Redis } from 'ioredis';
import type { LayoutCase } from './layoutCase.ts';

const tagsOf = { a: ['users', 'staff'], b: ['users'], c: ['staff'], d: [] } as const;

async function write(client: Redis): Promise<void> {
  for (const [key, tags] of Object.entries(tagsOf)) {
    await client.set(`shop:${key}`, JSON.stringify({ lastModified: 1, tags, value: null }), 'EX', 600);
    await client.hset('shop:__sharedTags__', key, JSON.stringify(tags));
  }
}

/** @neshca/cache-handler, redis-strings: no hash of ends beside that of tags. */
export const nextSharedTagsCase: LayoutCase = {
  layout: 'nextSharedTags',
  tagKey: 'shop:__sharedTags__[users]',
  tag: 'users',
  entries: ['shop:a', 'shop:b'],
  write,
  async purge(client) {
    await client.unlink('shop:a', 'shop:b');
    await client.hdel('shop:__sharedTags__', 'a', 'b');
  },
};
