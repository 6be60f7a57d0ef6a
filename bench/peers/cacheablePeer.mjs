import KeyvRedis, { createClient } from '@keyv/redis';
import { Cacheable, createKeyv } from 'cacheable';
import { Keyv } from 'keyv';
import { readVersion } from './readVersion.mjs';

/**
 * README of @cacheable/memory: `lruSize`, and no clones (the option is `useClone`, the README calls it `useClones`). README of
 * cacheable: `tags` is off by default and getOrSet takes none, so that tagged entries go by get and set. L2 alone is Redis as the
 * primary store, as any Keyv may be. A time limit is that of the socket: `commandOptions.timeout` of @redis/client counts only
 * until a command is sent.
 * @param {import('../library/cachePeer.ts').PeerSettings} settings
 * @param {{ isNonBlocking: boolean }} options
 * @returns {Promise<import('../library/cachePeer.ts').CachePeer>}
 */
export async function openCacheablePeer(settings, { isNonBlocking }) {
  const { ttlMs, hasTags, layer } = settings;
  const memory = createKeyv({ lruSize: settings.maxEntries, useClone: false });
  const redis = layer === 'l1' ? null : openRedis(settings, isNonBlocking);
  const primary = redis === null || isNonBlocking ? memory : redis.keyv;
  const secondary = isNonBlocking && redis !== null ? { secondary: redis.keyv, nonBlocking: true } : {};
  const cache = new Cacheable({ primary, ...secondary, ttl: ttlMs, tags: hasTags });
  cache.on('error', () => {});
  return {
    version: `${await readVersion('cacheable')}, @keyv/redis ${await readVersion('@keyv/redis')}`,
    configuration: isNonBlocking
      ? 'L1 and L2 with nonBlocking, its answer to a Redis that hangs (README, "Non-Blocking with @keyv/redis")'
      : 'L1 with useClone: false (README of @cacheable/memory), L2 as the primary store',
    getOrSet: async (id, load, tags) => {
      const key = `entry:${id}`;
      if (tags === undefined) return cache.getOrSet(key, load);
      const held = await cache.get(key);
      if (held !== undefined) return held;
      const value = await load();
      await cache.set(key, value, { tags: [...tags] });
      return value;
    },
    invalidateTag: async (tag) => {
      await cache.tags.invalidateTag(tag);
    },
    close: async () => redis?.client.destroy(),
  };
}

function openRedis({ redisPort, commandTimeoutMs }, isNonBlocking) {
  const socket = {
    host: '127.0.0.1',
    port: redisPort,
    ...(commandTimeoutMs === null ? {} : { socketTimeout: commandTimeoutMs }),
  };
  const client = createClient({
    socket: isNonBlocking ? { ...socket, reconnectStrategy: false } : socket,
    ...(isNonBlocking ? { disableOfflineQueue: true } : {}),
  });
  client.on('error', () => {});
  const store = new KeyvRedis(client, { namespace: 'cacheable', throwOnConnectError: false });
  const keyv = new Keyv({ store, namespace: 'cacheable', useKeyPrefix: false });
  keyv.on('error', () => {});
  return { client, keyv };
}
