import createHandler from '@fortedigital/nextjs-cache-handler/redis-strings';
import { createClient } from '@redis/client';
import { serve } from './serve.mjs';

/** The handler alone, without Next.js, as its composite hands requests to it. */
await serve(async (port) => {
  const client = createClient({ url: `redis://127.0.0.1:${port}` });
  client.on('error', () => {});
  await client.connect();
  const handler = createHandler({ client, keyPrefix: 'shop:' });
  return {
    write: (key, tags) =>
      handler.set(key, {
        lastModified: Date.now(),
        tags,
        value: { kind: 'FETCH', data: { body: key } },
        // The same in two processes, whose keys are compared.
        lifespan: { expireAt: 4_102_444_800 },
      }),
    async read(key) {
      return (await handler.get(key, { implicitTags: [] })) !== null;
    },
    purge: (tag) => handler.revalidateTag(tag),
  };
});
