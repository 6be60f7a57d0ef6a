import { createCache, family } from '#cache/cache.ts';
import type { Category } from '#demo/source/assortment.ts';
import type { ReadOptions, ServiceSurroundings, ShopService } from './shopService.ts';

const PRODUCT_TTL_SECONDS = 1_800;
const CATEGORY_TTL_SECONDS = 600;
const HOME_TTL_SECONDS = 60;

export interface CatalogService extends ShopService {
  /** False = keys as always; true = the locale stands in the keys of products, as a careless release would have it. */
  isLocaleInProductKeys: boolean;
  readProduct(id: number, locale: string, options?: ReadOptions): Promise<unknown>;
  readCategory(slug: string, page: number, options?: ReadOptions): Promise<unknown>;
  readHome(locale: string): Promise<unknown>;
  changeProduct(id: number): Promise<void>;
  changeCategory(category: Category): Promise<void>;
}

export function startCatalog(around: ServiceSurroundings): CatalogService {
  const { source, ledger } = around;
  const cache = openCatalogCache(around);
  return {
    name: 'catalog',
    isLocaleInProductKeys: false,
    readProduct(id, locale, { ttlRatio = 1 } = {}) {
      const options = { ttlSeconds: PRODUCT_TTL_SECONDS * ttlRatio };
      return this.isLocaleInProductKeys
        ? ledger.watch(cache.localProduct.pattern, () => cache.localProduct.get({ locale, id }, options))
        : ledger.watch(cache.product.pattern, () => cache.product.get({ id }, options));
    },
    readCategory: (slug, n, { ttlRatio = 1 } = {}) =>
      ledger.watch(cache.category.pattern, () =>
        cache.category.get({ slug, n }, { ttlSeconds: CATEGORY_TTL_SECONDS * ttlRatio }),
      ),
    readHome: (locale) => ledger.watch(cache.home.pattern, () => cache.home.get({ locale })),
    changeProduct: async (id) => {
      source.writeProduct(id);
      const { category } = await source.readProduct(id);
      await cache.product.delete({ id });
      await cache.invalidateTag(`list:${category}`);
    },
    changeCategory: async ({ slug }) => void (await cache.invalidateTag(`category:${slug}`)),
    metrics: () => cache.metrics(),
    close: () => cache.close(),
  };
}

function openCatalogCache({ redis, source, ledger, random }: ServiceSurroundings) {
  const loadProduct = async (id: unknown) => ledger.stamp(await source.readProduct(Number(id)));
  const productTags = (_: unknown, product: { category: string; brand: string }) => [
    `category:${product.category}`,
    `brand:${product.brand}`,
  ];
  return createCache({
    redis,
    service: 'catalog',
    version: '4.2.0',
    random,
    families: {
      product: family({
        key: 'product:{id}',
        ttlSeconds: PRODUCT_TTL_SECONDS,
        load: ({ id }) => loadProduct(id),
        tags: productTags,
      }),
      localProduct: family({
        key: 'product:{locale}:{id}',
        ttlSeconds: PRODUCT_TTL_SECONDS,
        load: ({ id }) => loadProduct(id),
        tags: productTags,
      }),
      category: family({
        key: 'category:{slug}:page:{n}',
        ttlSeconds: CATEGORY_TTL_SECONDS,
        load: async ({ slug, n }) =>
          ledger.stamp({ items: await source.readCategoryPage(String(slug), Number(n)) }),
        tags: ({ slug }) => [`category:${slug}`, `list:${slug}`],
      }),
      home: family({
        key: 'home:{locale}',
        ttlSeconds: HOME_TTL_SECONDS,
        load: async ({ locale }) =>
          ledger.stamp({ locale, items: await source.readCategoryPage('electronics', 1) }),
        tags: () => ['home'],
      }),
    },
  });
}
