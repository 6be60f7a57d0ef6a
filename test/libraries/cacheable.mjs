import { createKeyv } from '@keyv/redis';
import { Cacheable } from 'cacheable';
import { serve } from './serve.mjs';

/** Memory before Redis, as by default. The option is the namespace of Keyv. */
await serve(async (port, option) => {
  const secondary = createKeyv(`redis://127.0.0.1:${port}`, option === '' ? {} : { namespace: option });
  const cache = new Cacheable({ secondary, ttl: 600_000, tags: true });
  return {
    write: (key, tags) => cache.set(key, { value: key }, { tags }),
    async read(key) {
      return (await cache.get(key)) !== undefined;
    },
    purge: (tag) => cache.tags.invalidateTag(tag),
  };
});
