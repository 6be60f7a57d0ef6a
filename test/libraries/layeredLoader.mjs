import { Redis } from 'ioredis';
import { RedisGroupCache } from 'layered-loader';
import { serve } from './serve.mjs';

/** A group in place of a tag, of which an entry has one: the first. The option is the TTL of groups, ms. */
await serve(async (port, option) => {
  const groupOf = new Map();
  const cache = new RedisGroupCache(new Redis({ host: '127.0.0.1', port }), {
    prefix: 'shop',
    json: true,
    ttlInMsecs: 600_000,
    ...(option === '' ? {} : { groupTtlInMsecs: Number(option) }),
  });
  return {
    write(key, [group = 'none']) {
      groupOf.set(key, group);
      return cache.setForGroup(key, { value: key }, group);
    },
    async read(key) {
      return (await cache.getFromGroup(key, groupOf.get(key))) !== undefined;
    },
    purge: (group) => cache.deleteGroup(group),
  };
});
