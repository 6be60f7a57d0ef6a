import { counter, createCache, event } from '#cache/cache.ts';
import { type Category, locales } from '#demo/source/assortment.ts';
import { CATEGORY_TTL_SECONDS, catalogFamilies, PRODUCT_TTL_SECONDS } from './catalogFamilies.ts';
import { shopEvents } from './shopEvents.ts';
import {
  counterSteps,
  type ReadOptions,
  type ServiceSurroundings,
  type ShopService,
  usualOptions,
} from './shopService.ts';

const VIEWS_TTL_SECONDS = 600;

/** Products that are there before the first visitor comes, and again after an outage. */
const FEATURED_COUNT = 200;

/** Loads a second while an operator has all products warmed: beside those of the visitors the database stands it. */
const POPULAR_PER_SECOND = 80;

export interface CatalogService extends ShopService {
  /** False = keys as always; true = the locale stands in the keys of products, as a careless release would have it. */
  isLocaleInProductKeys: boolean;
  /** Resolves when the featured products are cached. */
  ready(): Promise<void>;
  /** Undefined = there is no such product. */
  readProduct(id: number, locale: string, options?: ReadOptions): Promise<unknown>;
  readCategory(slug: string, page: number, options?: ReadOptions): Promise<unknown>;
  readHome(locale: string): Promise<unknown>;
  readFlag(name: string): Promise<unknown>;
  readViews(productId: number): Promise<number>;
  countView(productId: number): Promise<unknown>;
  changeProduct(id: number): Promise<void>;
  changeCategory(category: Category): Promise<void>;
  changeFlag(name: string): Promise<void>;
}

export function startCatalog(around: ServiceSurroundings): CatalogService {
  const { source, ledger } = around;
  const cache = openCatalogCache(around);
  return {
    name: 'catalog',
    isLocaleInProductKeys: false,
    ready: () => cache.ready(),
    readProduct(id, locale, { ttlRatio = 1 } = {}) {
      const options = { ttlSeconds: PRODUCT_TTL_SECONDS * ttlRatio };
      const { localProduct, product } = cache;
      return this.isLocaleInProductKeys
        ? ledger.watch(localProduct.pattern, () => localProduct.get({ locale, id }, options), String(id))
        : ledger.watch(product.pattern, () => product.get({ id }, options), String(id));
    },
    readCategory: (slug, n, { ttlRatio = 1 } = {}) =>
      ledger.watch(cache.category.pattern, () =>
        cache.category.get({ slug, n }, { ttlSeconds: CATEGORY_TTL_SECONDS * ttlRatio }),
      ),
    readHome: (locale) => ledger.watch(cache.home.pattern, () => cache.home.get({ locale })),
    readFlag: (name) => ledger.watch(cache.flag.pattern, () => cache.flag.get({ name })),
    readViews: (id) => cache.views.get({ id }),
    countView: (id) => cache.views.increment({ id }),
    changeProduct: async (id) => {
      source.writeProduct(id);
      const product = await source.findProduct(id);
      if (product === undefined) return;
      await cache.publish('product.updated', { id, category: product.category });
    },
    changeCategory: async ({ slug }) => void (await cache.publish('category.changed', { slug })),
    changeFlag: async (name) => {
      source.toggleFlag(name);
      await cache.invalidateNamespace('flags');
    },
    metrics: () => cache.metrics(),
    commandHandler: () => cache.commandHandler(),
    close: () => cache.close(),
  };
}

function openCatalogCache(around: ServiceSurroundings) {
  const { source } = around;
  return createCache({
    ...usualOptions(around),
    service: 'catalog',
    version: '4.2.0',
    families: catalogFamilies(around),
    l1: { ttlSeconds: 5, maxEntries: 2_000 },
    counters: {
      views: counter({
        key: 'views:{id}',
        ttlSeconds: VIEWS_TTL_SECONDS,
        load: ({ id }) => source.readCounter('views', Number(id)),
        flush: (changes) => source.addToCounters('views', counterSteps(changes)),
      }),
    },
    events: (keyOf) => ({
      'product.updated': event({
        schema: shopEvents.productUpdated,
        invalidates: ({ id, category }) => ({ keys: [keyOf.product({ id })], tags: [`list:${category}`] }),
      }),
      'category.changed': event({
        schema: shopEvents.categoryChanged,
        invalidates: ({ slug }) => ({ tags: [`category:${slug}`] }),
      }),
    }),
    warmers: {
      featured: {
        list: async ({ home, product }) => [
          ...locales.map((locale) => home({ locale })),
          ...(await source.readMostViewed(FEATURED_COUNT)).map((id) => product({ id })),
        ],
        perSecond: 2_000,
        concurrency: 32,
        on: { start: true, recovery: true },
      },
      // Nothing starts it but a person: after an outage it would stand between the database and the visitors.
      popular: {
        list: async ({ product }) =>
          (await source.readMostViewed(source.size.productCount)).map((id) => product({ id })),
        perSecond: POPULAR_PER_SECOND,
        concurrency: 8,
      },
    },
    warming: { recoveryJitterMs: 1_000 },
  });
}
