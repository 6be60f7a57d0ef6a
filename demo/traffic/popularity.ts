import { categories, locales } from '#demo/source/assortment.ts';
import { rankedId } from '#demo/source/rankedId.ts';
import type { ShopSize } from '#demo/source/shopSize.ts';
import { zipf } from './zipf.ts';

/** Who and what is asked for how often. Exponents near 1, as measured of shops and web caches (Breslau et al. 1999). */
export interface Popularity {
  drawProduct(): number;
  drawUser(): number;
  drawCategory(): string;
  /** A user's language, always the same one. */
  localeOf(userId: number): string;
  /** The product of a rank from 0, the most popular; ranks are spread over the ids. */
  productAt(rank: number): number;
  userAt(rank: number): number;
}

export function preparePopularity(size: ShopSize, random: () => number): Popularity {
  const productRank = zipf(size.productCount, 1.05, random);
  const userRank = zipf(size.userCount, 0.9, random);
  const categoryRank = zipf(categories.length, 0.8, random);
  const productAt = (rank: number): number => rankedId(rank, size.productCount);
  const userAt = (rank: number): number => rankedId(rank, size.userCount);
  return {
    productAt,
    userAt,
    drawProduct: () => productAt(productRank()),
    drawUser: () => userAt(userRank()),
    drawCategory: () => categories[categoryRank()]?.slug ?? 'electronics',
    localeOf: (userId) => locales[Math.floor(((userId % 97) ** 2 / 97 ** 2) * locales.length)] ?? 'en',
  };
}
