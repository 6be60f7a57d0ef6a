// Run as a process of its own: an instance of the service `shop` with a warmer `top`, until it is killed. Says when it takes commands.

import process, { argv } from 'node:process';
import { createCache, family } from '#cache/cache.ts';
import { openNodeClient } from '#test/support/redis/openNodeClient.ts';

const [, , port, instance = '', count, leaseMs] = argv;
const redis = await openNodeClient(Number(port));
const cache = createCache({
  ...{ redis, service: 'shop', instance, announce: {}, control: {} },
  families: {
    product: family({
      key: 'product:{id}',
      ttlSeconds: 600,
      load: async ({ id }) => ({ id, loadedBy: instance }),
    }),
  },
  warmers: {
    top: { list: ({ product }) => Array.from({ length: Number(count) }, (_, id) => product({ id })) },
  },
  warming: { leaseMs: Number(leaseMs) },
});
await cache.product.get({ id: 'first' });
process.send?.('listening');
