import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { RedisCacheStore } from 'undici-cache-redis';
import { serve } from './serve.mjs';

/** The store alone, as undici's interceptor calls it. The option switches client-side caching on, and gives a prefix. */
await serve(async (port, option) => {
  const store = new RedisCacheStore({
    cacheTagsHeader: 'Cache-Tags',
    tracking: option === 'tracking',
    clientOpts: { host: '127.0.0.1', port, ...(option === 'tracking' ? { keyPrefix: 'shop:' } : {}) },
  });
  const keyOf = (key) => ({ origin: 'http://api', path: `/${key}`, method: 'GET' });
  return {
    async write(key, tags) {
      // The same in two processes, whose keys are compared; the library numbers entries at random.
      const id = `00000000-0000-4000-8000-${Buffer.from(key).toString('hex').padStart(12, '0')}`;
      const stream = store.createWriteStream(
        { ...keyOf(key), id },
        {
          ...{ statusCode: 200, statusMessage: 'OK', cacheControlDirectives: {} },
          headers: tags.length === 0 ? {} : { 'Cache-Tags': tags.join(',') },
          ...{ cachedAt: Date.now(), staleAt: 4_102_444_800_000, deleteAt: 4_102_444_800_000 },
        },
      );
      if (!(stream instanceof Writable)) throw new Error('no stream');
      stream.end(Buffer.from(key));
      await finished(stream);
    },
    async read(key) {
      return (await store.get(keyOf(key))) !== undefined;
    },
    purge: (tag) => store.deleteTags([tag]),
  };
});
