import { categories, locales } from '#demo/source/assortment.ts';
import type { Popularity } from './popularity.ts';
import type { Shop } from './shop.ts';

/** Loads under way at once. */
const CONCURRENCY = 100;

/**
 * Reads what is popular once, so that the shop looks as after an hour of traffic. Entries get part of their TTL, so that they
 * do not expire together a moment later.
 */
export async function warmUp(
  shop: Shop,
  popularity: Popularity,
  { random, signal }: { readonly random: () => number; readonly signal: AbortSignal },
): Promise<void> {
  const reads = warmingReads(shop, popularity, random);
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
  random: () => number,
): Generator<() => Promise<unknown>> {
  const part = () => ({ ttlRatio: 0.05 + 0.95 * random() });
  for (const locale of locales) yield () => shop.catalog.readHome(locale);
  for (const { slug } of categories) {
    for (let page = 1; page <= 8; page += 1) yield () => shop.catalog.readCategory(slug, page, part());
  }
  for (let rank = 0; rank < shop.size.productCount * 0.2; rank += 1) {
    const id = popularity.productAt(rank);
    yield () => shop.catalog.readProduct(id, 'en', part());
    // Shorter lives: only the more popular ones are still there at any moment.
    if (rank < shop.size.productCount * 0.1) yield () => shop.pricing.readPrice(id, part());
    if (rank < shop.size.productCount * 0.02) yield () => shop.pricing.readStock(id);
  }
  for (let rank = 0; rank < shop.size.userCount * 0.15; rank += 1) {
    const userId = popularity.userAt(rank);
    yield () => shop.user.readProfile(userId, part());
    yield () => shop.user.readSession(userId);
    if (rank % 4 === 0)
      yield () => shop.user.readRecommendations(userId, popularity.localeOf(userId), part());
  }
}
