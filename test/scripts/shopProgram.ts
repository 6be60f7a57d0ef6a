/*
 * A service of somebody who has installed the package. It is compiled and run in a project of its own, and prints one line of JSON.
 */
import {
  type BoundFamily,
  type Cache,
  CacheError,
  type CacheHealth,
  counter,
  createCache,
  event,
  family,
  redisStreamBus,
  type StandardSchema,
} from 'cachescope/cache';
import { type Cluster, Redis } from 'ioredis';

interface Product {
  readonly id: number;
  readonly name: string;
  readonly category: string;
}

const products = new Map<number, Product>(
  ['lamp', 'desk', 'chair'].map((name, index) => [index + 1, { id: index + 1, name, category: 'home' }]),
);
const stock = new Map<string, number>();
let readCount = 0;

const productSchema: StandardSchema<Product | undefined> = {
  '~standard': {
    version: 1,
    vendor: 'shop',
    validate: (value) => {
      if (value === undefined) return { value };
      const isProduct = typeof value === 'object' && value !== null && 'id' in value && 'name' in value;
      if (!isProduct) return { issues: [{ message: 'is no product' }] };
      const { id, name } = value;
      const category = 'category' in value ? String(value.category) : 'none';
      return { value: { id: Number(id), name: String(name), category } };
    },
  },
};

const product = family({
  key: 'product:{id}',
  ttlSeconds: 600,
  negativeTtlSeconds: 30,
  staleSeconds: 60,
  schema: productSchema,
  load: async ({ id }) => {
    readCount += 1;
    return products.get(Number(id));
  },
  loadMany: async (list) => {
    readCount += 1;
    return list.map(({ id }) => products.get(Number(id)));
  },
  write: async (_, value) => {
    if (value !== undefined) products.set(value.id, value);
  },
  tags: (_, value) => (value === undefined ? [] : [`category:${value.category}`]),
});

const families = { product };

function open(redis: Redis | Cluster) {
  return createCache({
    redis,
    service: 'catalog',
    version: '1.2.3',
    families,
    counters: {
      stock: counter({
        key: 'stock:{id}',
        ttlSeconds: 3_600,
        load: async ({ id }) => stock.get(String(id)) ?? 10,
        flush: async (changes) => {
          for (const { fields, by } of changes) {
            stock.set(String(fields.id), (stock.get(String(fields.id)) ?? 10) + by);
          }
        },
      }),
    },
    warmers: {
      featured: { list: (entries) => [2, 1].map((id) => entries.product({ id })), on: { start: true } },
    },
    eventBus: redisStreamBus({ blockMs: 100 }),
    events: (keyOf) => ({
      'product.updated': event<{ id: number }>({
        invalidates: ({ id }) => ({ keys: [keyOf.product({ id })] }),
      }),
    }),
    l1: { maxEntries: 100 },
  });
}

/** A Cluster is taken as a client is; its types are all that is asked of it here. */
export const openOnCluster: (cluster: Cluster) => Cache<typeof families> = open;

/** What one hands on: the name of a family's type, and what it is made of. */
export type ProductFamily = BoundFamily<'product:{id}', Product | undefined>;

const redis = new Redis(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379', { maxRetriesPerRequest: 0 });
redis.on('error', () => {});
const cache = open(redis);
const products3: ProductFamily = cache.product;

await cache.ready();
const warmedCount = readCount;
const names = (await products3.getMany([{ id: 1 }, { id: 2 }, { id: 3 }])).map((one) => one?.name ?? null);
const missing = await cache.product.get({ id: 404 });
const put = await cache.product.put({ id: 1 }, { id: 1, name: 'lantern', category: 'lights' });
const renamed = await cache.product.get({ id: 1 });
const tagged = await cache.invalidateTag('category:lights');
await cache.stock.get({ id: 1 });
const increment = await cache.stock.increment({ id: 1 }, -3);
const applied = new Promise<number>((resolve) => {
  cache.on('event', ({ state, fanOut }) => state === 'applied' && resolve(fanOut));
});
await cache.product.refresh({ id: 1 });
const published = await cache.publish('product.updated', { id: 1 });
const appliedCount = await applied;
const refusal = await cache.getOrSet('x', async () => 1, { ttlSeconds: 0 }).catch((error: unknown) => error);
const health: CacheHealth = cache.health();
const snapshot: object = cache.snapshot();
const metrics = await cache.metrics();
const closed = await cache.close();
redis.disconnect();

process.stdout.write(
  `${JSON.stringify({
    warmedCount,
    names,
    isMissing: missing === undefined,
    put: put.state,
    renamed: renamed?.name,
    tagged: tagged.state,
    increment,
    stock: stock.get('1'),
    published: published.state,
    appliedCount,
    refusal: refusal instanceof CacheError ? refusal.code : null,
    health: health.state,
    hasSnapshot: Object.keys(snapshot).length > 0,
    hasMetrics: /^cache_client_info\{.*version="1\.2\.3".*\} 1$/m.test(metrics),
    closed,
  })}\n`,
);
