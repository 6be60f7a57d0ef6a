import { campaigns, categories, flags } from '#demo/source/assortment.ts';
import type { Popularity } from './popularity.ts';
import type { Shop } from './shop.ts';

interface Change {
  readonly perSecond: number;
  run(shop: Shop, popularity: Popularity, random: () => number): Promise<void>;
}

/** Categories small enough that the shop may drop one now and then without a dip that looks like an incident. */
const smallCategories = categories.filter((category) => category.weight <= 6);

/** What the back office does, and visitors with their profiles. */
const changes: readonly Change[] = [
  { perSecond: 1.5, run: (shop, popularity) => shop.catalog.changeProduct(popularity.drawProduct()) },
  {
    perSecond: 3,
    run: (shop, popularity, random) =>
      shop.pricing.changePrice(popularity.drawProduct(), 199 + Math.floor(random() * 9_000)),
  },
  {
    perSecond: 0.5,
    run: async (shop, popularity, random) => {
      const id = popularity.drawProduct();
      const cents = 199 + Math.floor(random() * 9_000);
      await Promise.all([shop.pricing.changePrice(id, cents), shop.pricing.changePrice(id, cents - 10)]);
    },
  },
  { perSecond: 1, run: (shop, popularity) => shop.user.changeUser(popularity.drawUser()) },
  {
    perSecond: 1,
    run: async (shop, popularity) => void (await shop.user.changeProfile(popularity.drawUser())),
  },
  { perSecond: 1 / 30, run: (shop, _, random) => shop.catalog.changeFlag(pick(flags, random) ?? '') },
  { perSecond: 1 / 60, run: (shop, _, random) => shop.pricing.changeCampaign(pick(campaigns, random) ?? '') },
  {
    perSecond: 1 / 90,
    run: async (shop, _, random) => {
      const category = pick(smallCategories, random);
      if (category !== undefined) await shop.catalog.changeCategory(category);
    },
  },
];

/** Runs what falls into a step of `seconds`. */
export async function runChanges(
  shop: Shop,
  popularity: Popularity,
  { seconds, random }: { readonly seconds: number; readonly random: () => number },
): Promise<void> {
  const due = changes.filter((change) => random() < change.perSecond * seconds);
  await Promise.all(due.map((change) => change.run(shop, popularity, random)));
}

function pick<T>(items: readonly T[], random: () => number): T | undefined {
  return items[Math.floor(random() * items.length)];
}
