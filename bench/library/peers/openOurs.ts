import { Redis } from 'ioredis';
import { createCache, family } from '#cache/cache.ts';
import type { CachePeer, PeerSettings } from '../cachePeer.ts';
import { readPackageVersion } from '../packageVersion.ts';

/** docs/cache/README.md: a declared family; L1 by the option `l1`, off by default; the breaker is on by default. */
export async function open(settings: PeerSettings): Promise<CachePeer> {
  const { redisPort, layer, maxEntries, ttlMs, commandTimeoutMs } = settings;
  const redis = new Redis({ host: '127.0.0.1', port: redisPort, disableClientInfo: true });
  redis.on('error', () => {});
  const ttlSeconds = ttlMs / 1_000;
  const families = {
    entry: family({
      key: 'entry:{id}',
      ttlSeconds,
      load: (): Promise<unknown> => Promise.reject(new Error('every call brings its loader')),
    }),
  };
  const options = { redis, service: 'bench', families };
  const cache = createCache({
    ...options,
    ...(layer === 'l1' ? { l1: { maxEntries, maxBytes: 1_000_000_000, ttlSeconds } } : {}),
    ...(commandTimeoutMs === null ? {} : { commandTimeoutMs }),
  });
  return {
    version: `${await readPackageVersion('..')}, ioredis ${await readPackageVersion('ioredis')}`,
    configuration: 'a declared family (docs/cache/README.md)',
    getOrSet: (id, load, tags) =>
      tags === undefined
        ? cache.entry.get({ id }, { load })
        : cache.getOrSet(`entry:${id}`, load, { ttlSeconds, tags }),
    invalidateTag: async (tag) => {
      const result = await cache.invalidateTag(tag);
      if (result.state !== 'done') throw new Error(`the invalidation failed: ${result.code}`);
    },
    close: async () => {
      await cache.close();
      redis.disconnect();
    },
  };
}
