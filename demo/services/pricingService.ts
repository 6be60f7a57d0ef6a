import { createCache, family } from '#cache/cache.ts';
import type { ReadOptions, ServiceSurroundings, ShopService } from './shopService.ts';

export const USUAL_PRICE_TTL_SECONDS = 300;
const STOCK_TTL_SECONDS = 45;

export interface PricingService extends ShopService {
  /** TTL of prices stored from now on. */
  priceTtlSeconds: number;
  readPrice(productId: number, options?: ReadOptions): Promise<unknown>;
  readStock(productId: number, options?: ReadOptions): Promise<unknown>;
  changePrice(productId: number, cents: number): Promise<void>;
  changeCampaign(campaign: string): Promise<void>;
}

export function startPricing({ redis, source, ledger, random }: ServiceSurroundings): PricingService {
  const cache = createCache({
    redis,
    service: 'pricing',
    version: '1.14.3',
    random,
    families: {
      price: family({
        key: 'price:{id}',
        ttlSeconds: USUAL_PRICE_TTL_SECONDS,
        load: async ({ id }) => ledger.stamp(await source.readPrice(Number(id))),
        tags: (_, price) => (price.campaign === null ? ['prices'] : ['prices', `campaign:${price.campaign}`]),
      }),
      stock: family({
        key: 'stock:{id}',
        ttlSeconds: STOCK_TTL_SECONDS,
        load: async ({ id }) => ledger.stamp({ count: await source.readStock(Number(id)) }),
      }),
    },
  });
  return {
    name: 'pricing',
    priceTtlSeconds: USUAL_PRICE_TTL_SECONDS,
    readPrice(id, { ttlRatio = 1 } = {}) {
      return ledger.watch(cache.price.pattern, () =>
        cache.price.get({ id }, { ttlSeconds: this.priceTtlSeconds * ttlRatio }),
      );
    },
    readStock: (id, { ttlRatio = 1 } = {}) =>
      ledger.watch(cache.stock.pattern, () =>
        cache.stock.get({ id }, { ttlSeconds: STOCK_TTL_SECONDS * ttlRatio }),
      ),
    changePrice: async (id, cents) => {
      source.writePrice(id, cents);
      await cache.price.delete({ id });
    },
    changeCampaign: async (campaign) => void (await cache.invalidateTag(`campaign:${campaign}`)),
    metrics: () => cache.metrics(),
    close: () => cache.close(),
  };
}
