import { prometheusPlugin } from '@bentocache/plugin-prometheus';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisDriver } from 'bentocache/drivers/redis';
import { register } from 'prom-client';
import { serveExporter } from './serveExporter.mjs';

// L1 before Redis, and tags, so that bentocache counts its own look-ups of tags as well.
const [port] = process.argv.slice(2);
const bento = new BentoCache({
  default: 'shop',
  plugins: [
    prometheusPlugin({
      keyGroups: [
        [/^user:\d+$/, 'user:{id}'],
        [/^product:\d+$/, 'product:*'],
      ],
    }),
  ],
  stores: {
    shop: bentostore()
      .useL1Layer(memoryDriver({ maxItems: 10_000 }))
      .useL2Layer(redisDriver({ connection: { host: '127.0.0.1', port: Number(port) } })),
  },
});

serveExporter({
  contentType: register.contentType,
  page: () => register.metrics(),
  openFamily: (family) => (id, factory) =>
    bento.getOrSet({ key: `${family}:${id}`, ttl: '10m', tags: [`${family}s`], factory }),
});
