import createForteHandler from '@fortedigital/nextjs-cache-handler/redis-strings';
import createNeshcaHandler from '@neshca/cache-handler/redis-strings';
import { createClient as createForteClient } from '@redis/client';
import { createClient as createNeshcaClient } from 'redis';
import { serve } from './serve.mjs';

/** `forte` or `neshca`, whose fork it is: the handler alone, without Next.js, as what is around it hands requests to it. */
await serve(async (port, option) => {
  const isForte = option === 'forte';
  const client = (isForte ? createForteClient : createNeshcaClient)({ url: `redis://127.0.0.1:${port}` });
  client.on('error', () => {});
  await client.connect();
  const handler = (isForte ? createForteHandler : createNeshcaHandler)({ client, keyPrefix: 'shop:' });
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
