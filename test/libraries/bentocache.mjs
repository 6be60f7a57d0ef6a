import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import { serve } from './serve.mjs';

/** `l2`: Redis alone. `bus`: memory before it, and the bus that keeps memories of several processes alike. */
await serve(async (port, option) => {
  const connection = { host: '127.0.0.1', port };
  const l2 = bentostore().useL2Layer(redisDriver({ connection }));
  const store =
    option === 'bus'
      ? l2.useL1Layer(memoryDriver({ maxItems: 100 })).useBus(redisBusDriver({ connection }))
      : l2;
  const bento = new BentoCache({ default: 'shop', prefix: 'bento', ttl: '10m', stores: { shop: store } });
  return {
    write: (key, tags) => bento.set({ key, value: { value: key }, tags }),
    async read(key) {
      return (await bento.get({ key })) !== undefined;
    },
    purge: (tag) => bento.deleteByTag({ tags: [tag] }),
  };
});
