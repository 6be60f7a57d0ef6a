import { getRedisCacheComponentsHandler } from '@trieb.work/nextjs-turbo-redis-cache';
import { createClient } from 'redis';
import { serve } from './serve.mjs';

/** Of Cache Components, the handler alone, without Next.js, as `use cache` calls it. */
await serve(async (port) => {
  const redisUrl = `redis://127.0.0.1:${port}`;
  const client = createClient({ url: redisUrl });
  await client.connect();
  await client.configSet('notify-keyspace-events', 'Exe');
  await client.quit();
  const handler = getRedisCacheComponentsHandler({ redisUrl, database: 0, keyPrefix: 'shop:' });
  return {
    async write(key, tags) {
      const { body } = new Response(key);
      const times = { timestamp: Date.now(), stale: 300, revalidate: 600, expire: 600 };
      await handler.set(key, Promise.resolve({ value: body, tags, ...times }));
    },
    async read(key) {
      return (await handler.get(key, [])) !== undefined;
    },
    purge: (tag) => handler.updateTags([tag]),
  };
});
