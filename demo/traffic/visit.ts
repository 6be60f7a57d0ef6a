import { flags } from '#demo/source/assortment.ts';
import type { Popularity } from './popularity.ts';
import type { Shop } from './shop.ts';

/** Ids past the assortment that old links and typing errors lead to. */
const LOST_LINKS = 60;

/** One visitor: who they are, a page or two, and a few products with price and stock. About twelve look-ups. */
export async function visit(shop: Shop, popularity: Popularity, random: () => number): Promise<void> {
  const { catalog, pricing, user } = shop;
  const userId = popularity.drawUser();
  const locale = popularity.localeOf(userId);
  const flag = flags[Math.floor(random() * flags.length)] ?? '';
  const reads: Promise<unknown>[] = [user.readSession(userId), catalog.readFlag(flag)];
  reads.push(random() < 0.2 ? user.signIn(userId) : user.readProfile(userId));
  if (random() < 0.4) reads.push(catalog.readHome(locale));
  if (random() < 0.3) reads.push(user.readRecommendations(userId, locale));
  if (random() < 0.6) {
    const page = 1 + Math.floor(random() ** 3 * 8);
    reads.push(catalog.readCategory(popularity.drawCategory(), page));
  }
  if (random() < 0.03) {
    reads.push(catalog.readProduct(shop.size.productCount + 1 + Math.floor(random() * LOST_LINKS), locale));
  }
  const productCount = 1 + Math.floor(random() * 4);
  for (let index = 0; index < productCount; index += 1) {
    const id = popularity.drawProduct();
    reads.push(catalog.readProduct(id, locale), pricing.readPrice(id), pricing.readStock(id));
    if (index === 0) reads.push(...lookClosely(shop, id, random));
  }
  await Promise.all(reads);
}

/** At one product: it is counted as seen, and sometimes bought. */
function lookClosely({ catalog, pricing }: Shop, id: number, random: () => number): Promise<unknown>[] {
  const steps: Promise<unknown>[] = [catalog.countView(id)];
  if (random() < 0.3) steps.push(pricing.readOffer(id));
  if (random() < 0.1) steps.push(catalog.readViews(id));
  if (random() < 0.08) steps.push(pricing.buy(id));
  return steps;
}
