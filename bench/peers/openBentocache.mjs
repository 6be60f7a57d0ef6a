import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisDriver } from 'bentocache/drivers/redis';
import { readVersion } from './readVersion.mjs';

/**
 * https://bentocache.dev/docs/cache-drivers: `serialize: false` for "a much faster throughput" of L1;
 * https://bentocache.dev/docs/options: `l2CircuitBreakerDuration` (off by default) and `suppressL2Errors` against a Redis that
 * fails. It has no timeout for Redis of its own, so that of ioredis is set where one is asked for.
 * @param {import('../library/cachePeer.ts').PeerSettings} settings
 * @returns {Promise<import('../library/cachePeer.ts').CachePeer>}
 */
export async function open({ redisPort, layer, maxEntries, ttlMs, commandTimeoutMs }) {
  const connection = {
    host: '127.0.0.1',
    port: redisPort,
    ...(commandTimeoutMs === null ? {} : { commandTimeout: commandTimeoutMs }),
  };
  const store =
    layer === 'l1'
      ? bentostore().useL1Layer(memoryDriver({ maxItems: maxEntries, serialize: false }))
      : bentostore().useL2Layer(redisDriver({ connection }));
  const bento = new BentoCache({
    default: 'bench',
    prefix: 'bento',
    ttl: ttlMs,
    l2CircuitBreakerDuration: '30s',
    suppressL2Errors: true,
    stores: { bench: store },
  });
  return {
    version: `${await readVersion('bentocache')}, ioredis ${await readVersion('ioredis')}`,
    configuration:
      'L1 with serialize: false (bentocache.dev/docs/cache-drivers), l2CircuitBreakerDuration: 30s (bentocache.dev/docs/options)',
    getOrSet: (id, load, tags) =>
      bento.getOrSet(
        tags === undefined
          ? { key: `entry:${id}`, factory: load }
          : { key: `entry:${id}`, factory: load, tags: [...tags] },
      ),
    invalidateTag: async (tag) => {
      await bento.deleteByTag({ tags: [tag] });
    },
    close: () => bento.disconnectAll(),
  };
}
