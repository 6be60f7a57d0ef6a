import { family } from '#cache/cache.ts';
import type { ServiceSurroundings } from './shopService.ts';

export const PRODUCT_TTL_SECONDS = 1_800;
export const CATEGORY_TTL_SECONDS = 600;
const HOME_TTL_SECONDS = 60;
const FLAG_TTL_SECONDS = 300;

/** How long it is believed that there is no such product. */
const NO_PRODUCT_TTL_SECONDS = 60;

export function catalogFamilies({ source, ledger }: Pick<ServiceSurroundings, 'source' | 'ledger'>) {
  const products = {
    ttlSeconds: PRODUCT_TTL_SECONDS,
    negativeTtlSeconds: NO_PRODUCT_TTL_SECONDS,
    load: async ({ id }: { readonly id: string | number }) => {
      const product = await source.findProduct(Number(id));
      return product === undefined ? ledger.stampAbsent(String(id)) : ledger.stamp(product);
    },
    tags: (_: unknown, product: { readonly category: string; readonly brand: string } | undefined) =>
      product === undefined ? [] : [`category:${product.category}`, `brand:${product.brand}`],
  };
  return {
    product: family({ ...products, key: 'product:{id}' }),
    localProduct: family({ ...products, key: 'product:{locale}:{id}' }),
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
      refreshAheadRatio: 0.8,
      staleWhileRevalidate: true,
      load: async ({ locale }) =>
        ledger.stamp({ locale, items: await source.readCategoryPage('electronics', 1) }),
      tags: () => ['home'],
    }),
    flag: family({
      key: 'flag:{name}',
      ttlSeconds: FLAG_TTL_SECONDS,
      staleSeconds: 0,
      namespace: 'flags',
      load: async ({ name }) => ledger.stamp({ isOn: await source.readFlag(String(name)) }),
    }),
  };
}
