import { Redis } from 'ioredis';
import { createCache, family } from '#cache/cache.ts';

/*
 * An instance of the service `shop` in a process of its own, with L1, driven by messages of its parent:
 * `get`, `change` (source and invalidation) and `state`. Arguments: the port of Redis, the text that its source begins with.
 */
const [port = '0', begin = ''] = process.argv.slice(2);
let source = begin;
let loadCount = 0;
let coherence = 'lost';

const redis = new Redis({
  port: Number(port),
  host: '127.0.0.1',
  disableClientInfo: true,
  retryStrategy: () => 20,
});
redis.on('error', () => {});
const cache = createCache({
  redis,
  service: 'shop',
  l1: { ttlSeconds: 3_600 },
  heartbeatMs: 50,
  commandTimeoutMs: 200,
  breaker: { openMs: 50, maxOpenMs: 100 },
  families: {
    page: family({
      key: 'page:{id}',
      ttlSeconds: 3_600,
      load: async () => {
        loadCount += 1;
        return source;
      },
    }),
  },
});
cache.on('coherence', ({ state }) => {
  coherence = state;
});

async function answer(question: unknown): Promise<unknown> {
  if (question === 'get') return cache.page.get({ id: 1 });
  if (question === 'state') return { coherence, loadCount };
  // The source is one for all instances; each is told of its change.
  source = String(question);
  return source;
}

process.on('message', (question) => {
  if (question === 'invalidate') {
    void cache.page.delete({ id: 1 }).then((result) => process.send?.(result));
    return;
  }
  void answer(question).then((reply) => process.send?.(reply ?? null));
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
