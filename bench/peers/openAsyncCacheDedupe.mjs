import { createCache } from 'async-cache-dedupe';
import { Redis } from 'ioredis';
import { readVersion } from './readVersion.mjs';

/**
 * README of async-cache-dedupe: one storage, memory with `size` or redis with a client of ioredis; `invalidation` is off by
 * default, and its `referencesTTL` should be the longest TTL. The loader belongs to the definition, so it travels in the argument
 * and `serialize` names the key.
 * @param {import('../library/cachePeer.ts').PeerSettings} settings
 * @returns {Promise<import('../library/cachePeer.ts').CachePeer>}
 */
export async function open({ redisPort, layer, maxEntries, ttlMs, hasTags, commandTimeoutMs }) {
  const ttl = Math.ceil(ttlMs / 1_000);
  const redis = layer === 'l1' ? null : openRedis(redisPort, commandTimeoutMs);
  const cache = createCache({
    ttl,
    storage:
      redis === null
        ? { type: 'memory', options: { size: maxEntries, invalidation: hasTags } }
        : {
            type: 'redis',
            options: { client: redis, invalidation: hasTags ? { referencesTTL: ttl } : false },
          },
  });
  cache.define(
    'entry',
    { serialize: ({ id }) => id, ...(hasTags ? { references: ({ tags }) => [...(tags ?? [])] } : {}) },
    ({ load }) => load(),
  );
  return {
    version: `${await readVersion('async-cache-dedupe')}, ioredis ${await readVersion('ioredis')}`,
    configuration: 'one storage, memory or redis; invalidation only where entries carry tags (README)',
    getOrSet: (id, load, tags) => cache.entry({ id, load, tags }),
    invalidateTag: (tag) => cache.invalidateAll(tag),
    close: async () => redis?.disconnect(),
  };
}

function openRedis(port, commandTimeoutMs) {
  const redis = new Redis({
    host: '127.0.0.1',
    port,
    ...(commandTimeoutMs === null ? {} : { commandTimeout: commandTimeoutMs }),
  });
  redis.on('error', () => {});
  return redis;
}
