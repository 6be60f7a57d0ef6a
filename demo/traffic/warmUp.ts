import { categories, locales } from '#demo/source/assortment.ts';
import type { Popularity } from './popularity.ts';
import type { Shop } from './shop.ts';

/** Loads under way at once. */
const CONCURRENCY = 100;

/** Shares of what the shop could read, the most popular first. */
export interface WarmShares {
  readonly products: number;
  readonly prices: number;
  readonly offers: number;
  readonly stock: number;
  readonly users: number;
  readonly recommendations: number;
}

/** As after an hour of traffic. Of shorter lives only the more popular ones are still there at any moment. */
export const usuallyWarm: WarmShares = {
  products: 0.2,
  prices: 0.1,
  offers: 0,
  stock: 0.02,
  users: 0.15,
  recommendations: 0.04,
};

/** All of it: what the shop loads by itself is then steady from the start. */
export const fullyWarm: WarmShares = {
  products: 1,
  prices: 1,
  offers: 1,
  stock: 1,
  users: 1,
  recommendations: 1,
};

export interface WarmUpOptions {
  readonly shares: WarmShares;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** Reads what is popular once. Entries get part of their TTL, so that they do not expire together a moment later. */
export async function warmUp(
  shop: Shop,
  popularity: Popularity,
  { shares, random, signal }: WarmUpOptions,
): Promise<void> {
  const reads = warmingReads(shop, popularity, { shares, random });
  const worker = async (): Promise<void> => {
    for (const read of reads) {
      signal.throwIfAborted();
      await read();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

function* warmingReads(
  shop: Shop,
  popularity: Popularity,
  { shares, random }: Pick<WarmUpOptions, 'shares' | 'random'>,
): Generator<() => Promise<unknown>> {
  const part = () => ({ ttlRatio: 0.05 + 0.95 * random() });
  for (const locale of locales) yield () => shop.catalog.readHome(locale);
  for (const { slug } of categories) {
    for (let page = 1; page <= 8; page += 1) yield () => shop.catalog.readCategory(slug, page, part());
  }
  const { productCount, userCount } = shop.size;
  for (let rank = 0; rank < productCount * shares.products; rank += 1) {
    const id = popularity.productAt(rank);
    yield () => shop.catalog.readProduct(id, 'en', part());
    if (rank < productCount * shares.prices) yield () => shop.pricing.readPrice(id, part());
    if (rank < productCount * shares.offers) yield () => shop.pricing.readOffer(id);
    if (rank < productCount * shares.stock) yield () => shop.pricing.readStock(id);
  }
  for (let rank = 0; rank < userCount * shares.users; rank += 1) {
    const userId = popularity.userAt(rank);
    yield () => shop.user.readProfile(userId, part());
    yield () => shop.user.readSession(userId);
    if (rank < userCount * shares.recommendations)
      yield () => shop.user.readRecommendations(userId, popularity.localeOf(userId), part());
  }
}
