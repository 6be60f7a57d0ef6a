import { createCache } from '../../cache/cache.ts';
import { Redis } from '../../node_modules/ioredis/built/index.js';
import { serve } from './serve.mjs';

/** Our own library, from its sources. */
await serve(async (port) => {
  const redis = new Redis({ host: '127.0.0.1', port, disableClientInfo: true });
  const cache = createCache({ redis, service: 'shop', families: {} });
  return {
    async write(key, tags) {
      const { state } = await cache.set(key, { value: key }, { ttlSeconds: 600, tags });
      if (state !== 'stored') throw new Error(`not stored: ${state}`);
    },
    async read(key) {
      let isLoaded = false;
      const load = async () => {
        isLoaded = true;
        return { value: key };
      };
      await cache.getOrSet(key, load, { ttlSeconds: 600 });
      return !isLoaded;
    },
    purge: (tag) => cache.invalidateTag(tag),
  };
});
