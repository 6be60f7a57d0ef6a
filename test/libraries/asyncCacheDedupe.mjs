import { createCache } from 'async-cache-dedupe';
import { Redis } from 'ioredis';
import { serve } from './serve.mjs';

await serve(async (port) => {
  const cache = createCache({
    ttl: 600,
    storage: {
      type: 'redis',
      options: { client: new Redis({ host: '127.0.0.1', port }), invalidation: { referencesTTL: 600 } },
    },
  });
  let isLoaded = false;
  cache.define(
    'entry',
    { serialize: ({ key }) => key, references: ({ tags }) => tags ?? [] },
    async ({ key }) => {
      isLoaded = true;
      return { value: key };
    },
  );
  return {
    write: (key, tags) => cache.entry({ key, tags }),
    async read(key) {
      isLoaded = false;
      await cache.entry({ key });
      return !isLoaded;
    },
    purge: (tag) => cache.invalidateAll(tag),
  };
});
