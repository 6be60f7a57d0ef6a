import type { Popularity } from './popularity.ts';
import type { Shop } from './shop.ts';

/** One visitor: who they are, a page or two, and a few products with price and stock. About eleven look-ups. */
export async function visit(shop: Shop, popularity: Popularity, random: () => number): Promise<void> {
  const userId = popularity.drawUser();
  const locale = popularity.localeOf(userId);
  const reads: Promise<unknown>[] = [shop.user.readSession(userId), shop.user.readProfile(userId)];
  if (random() < 0.4) reads.push(shop.catalog.readHome(locale));
  if (random() < 0.3) reads.push(shop.user.readRecommendations(userId, locale));
  if (random() < 0.6) {
    const page = 1 + Math.floor(random() ** 3 * 8);
    reads.push(shop.catalog.readCategory(popularity.drawCategory(), page));
  }
  const productCount = 1 + Math.floor(random() * 4);
  for (let index = 0; index < productCount; index += 1) {
    const id = popularity.drawProduct();
    reads.push(shop.catalog.readProduct(id, locale), shop.pricing.readPrice(id), shop.pricing.readStock(id));
  }
  await Promise.all(reads);
}
