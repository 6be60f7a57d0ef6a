import { setTimeout as pause } from 'node:timers/promises';
import { counter, createCache, event, family } from '#cache/cache.ts';
import { shopEvents } from './shopEvents.ts';
import {
  counterSteps,
  type ReadOptions,
  type ServiceSurroundings,
  type ShopService,
  usualOptions,
} from './shopService.ts';

export const USUAL_PRICE_TTL_SECONDS = 300;
const OFFER_TTL_SECONDS = 600;
const STOCK_TTL_SECONDS = 300;

/** Products whose prices can be warmed up: of the others a price is read less often than it expires. */
const PRICED_COUNT = 5_000;

/** The warehouse sends more when there is less. */
const LOW_STOCK_COUNT = 5;
const DELIVERY_COUNT = 100;

/** Longest way of a changed price to the service. */
const FEED_DELAY_MS = 30;

export interface PricingService extends ShopService {
  /** TTL of prices stored from now on. */
  priceTtlSeconds: number;
  readPrice(productId: number, options?: ReadOptions): Promise<unknown>;
  readOffer(productId: number): Promise<unknown>;
  readStock(productId: number): Promise<number>;
  /** One piece leaves the stock. */
  buy(productId: number): Promise<void>;
  changePrice(productId: number, cents: number): Promise<void>;
  changeCampaign(campaign: string): Promise<void>;
}

export function startPricing(around: ServiceSurroundings): PricingService {
  const { source, ledger, random } = around;
  const cache = openPricingCache(around);
  return {
    name: 'pricing',
    priceTtlSeconds: USUAL_PRICE_TTL_SECONDS,
    readPrice(id, { ttlRatio = 1 } = {}) {
      return ledger.watch(cache.price.pattern, () =>
        cache.price.get({ id }, { ttlSeconds: this.priceTtlSeconds * ttlRatio }),
      );
    },
    readOffer: (id) => ledger.watch(cache.offer.pattern, () => cache.offer.get({ id })),
    readStock: (id) => cache.stock.get({ id }),
    buy: async (id) => {
      const bought = await cache.stock.increment({ id }, -1);
      const isLow = bought.state === 'queued' && bought.value !== null && bought.value < LOW_STOCK_COUNT;
      if (isLow) await cache.stock.increment({ id }, DELIVERY_COUNT);
    },
    async changePrice(id, cents) {
      const price = source.writePrice(id, cents);
      // Two changes of one price may overtake each other on their way: the revision tells which is newer.
      await pause(random() * FEED_DELAY_MS);
      await cache.price.set({ id }, ledger.stamp(price), { ttlSeconds: this.priceTtlSeconds });
      await cache.offer.delete({ id });
    },
    changeCampaign: async (campaign) => void (await cache.invalidateTag(`campaign:${campaign}`)),
    metrics: () => cache.metrics(),
    commandHandler: () => cache.commandHandler(),
    close: () => cache.close(),
  };
}

function openPricingCache(around: ServiceSurroundings) {
  const { source, ledger } = around;
  const campaignTags = ({ campaign }: { readonly campaign: string | null }) =>
    campaign === null ? ['prices'] : ['prices', `campaign:${campaign}`];
  return createCache({
    ...usualOptions(around),
    service: 'pricing',
    version: '1.14.3',
    families: {
      price: family({
        key: 'price:{id}',
        ttlSeconds: USUAL_PRICE_TTL_SECONDS,
        load: async ({ id }) => ledger.stamp(await source.readPrice(Number(id))),
        tags: (_, price) => campaignTags(price),
        version: ({ revision }) => revision,
      }),
      offer: family({
        key: 'offer:{id}',
        ttlSeconds: OFFER_TTL_SECONDS,
        load: async ({ id }) => ledger.stamp(await source.readOffer(Number(id))),
        tags: (_, offer) => campaignTags(offer),
      }),
    },
    counters: {
      stock: counter({
        key: 'stock:{id}',
        ttlSeconds: STOCK_TTL_SECONDS,
        load: ({ id }) => source.readCounter('stock', Number(id)),
        flush: (changes) => source.addToCounters('stock', counterSteps(changes)),
      }),
    },
    events: (keyOf) => ({
      'product.updated': event({
        schema: shopEvents.productUpdated,
        invalidates: ({ id }) => ({ keys: [keyOf.offer({ id })] }),
      }),
    }),
    warmers: {
      prices: {
        list: async ({ price }) => (await source.readMostViewed(PRICED_COUNT)).map((id) => price({ id })),
        perSecond: 80,
        concurrency: 8,
      },
    },
  });
}
