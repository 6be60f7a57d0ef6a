import { RedisStringsHandler } from '@trieb.work/nextjs-turbo-redis-cache';
import { createClient } from 'redis';
import { serve } from './serve.mjs';

/** The handler alone, without Next.js. It reads what Redis tells of keys, which its guide says to switch on. */
await serve(async (port) => {
  const redisUrl = `redis://127.0.0.1:${port}`;
  const client = createClient({ url: redisUrl });
  await client.connect();
  await client.configSet('notify-keyspace-events', 'Exe');
  await client.quit();
  const handler = new RedisStringsHandler({ redisUrl, database: 0, keyPrefix: 'shop:' });
  return {
    write: (key, tags) => handler.set(key, { kind: 'FETCH', data: { body: key } }, { tags, revalidate: 600 }),
    async read(key) {
      return (await handler.get(key, { kind: 'FETCH' })) !== null;
    },
    purge: (tag) => handler.revalidateTag(tag),
  };
});
