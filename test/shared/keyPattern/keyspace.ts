/** mulberry32: the same numbers in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const ADJECTIVES = 'red blue green small large warm cold light dark soft hard old new fast slow plain'.split(
  ' ',
);
const NOUNS = 'shoe shirt lamp chair table phone watch bag belt coat sock mug book pen desk rug'.split(' ');
const ENDS = 'classic sport home office kids travel summer winter deluxe basic'.split(' ');

type Random = () => number;

const hex = (random: Random, length: number) =>
  Array.from({ length }, () => '0123456789abcdef'.charAt(Math.floor(random() * 16))).join('');
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const token = (random: Random, length: number) =>
  Array.from({ length }, () => letters.charAt(Math.floor(random() * letters.length))).join('');
const number = (random: Random, below = 900_000) => String(1 + Math.floor(random() * below));
const pick = (random: Random, list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
const slug = (random: Random) => `${pick(random, ADJECTIVES)}-${pick(random, NOUNS)}-${pick(random, ENDS)}`;
const uuid = (random: Random) =>
  `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`;
const day = (random: Random) =>
  `2026-${String(1 + Math.floor(random() * 12)).padStart(2, '0')}-${String(1 + Math.floor(random() * 28)).padStart(2, '0')}`;

/** A family of keys: its pattern, its share of the keyspace, and its keys. */
export interface Family {
  readonly pattern: string;
  readonly weight: number;
  readonly key: (random: Random) => string;
}

/** Forty families as a shop's Redis has them, with slugs, hashes, dates, index keys and settings. */
export const families: readonly Family[] = [
  { pattern: 'catalog:product:{id}', weight: 12, key: (r) => `catalog:product:${number(r)}` },
  { pattern: 'catalog:product:{id}:reviews', weight: 4, key: (r) => `catalog:product:${number(r)}:reviews` },
  { pattern: 'catalog:product:{id}:stock', weight: 4, key: (r) => `catalog:product:${number(r)}:stock` },
  { pattern: 'catalog:slug:{slug}', weight: 5, key: (r) => `catalog:slug:${slug(r)}` },
  { pattern: 'catalog:category:{slug}', weight: 2, key: (r) => `catalog:category:${slug(r)}` },
  {
    pattern: 'catalog:category:{slug}:page:{id}',
    weight: 3,
    key: (r) => `catalog:category:${slug(r)}:page:${number(r, 30)}`,
  },
  { pattern: 'catalog:tag:{tag}', weight: 2, key: (r) => `catalog:tag:product:${number(r)}` },
  {
    pattern: 'catalog:key-tags:{key}',
    weight: 4,
    key: (r) => `catalog:key-tags:catalog:product:${number(r)}`,
  },
  { pattern: 'catalog:search:{hash}', weight: 3, key: (r) => `catalog:search:${hex(r, 40)}` },
  { pattern: 'catalog:facet:{hash}', weight: 1, key: (r) => `catalog:facet:${hex(r, 8)}` },
  { pattern: 'user:{id}:profile', weight: 5, key: (r) => `user:${number(r)}:profile` },
  { pattern: 'user:{id}:settings', weight: 3, key: (r) => `user:${number(r)}:settings` },
  { pattern: 'user:{id}:cart', weight: 2, key: (r) => `user:${number(r)}:cart` },
  {
    pattern: 'user:email:{email}',
    weight: 2,
    key: (r) => `user:email:${pick(r, NOUNS)}.${number(r)}@example.com`,
  },
  {
    pattern: 'user:name:{slug}',
    weight: 2,
    key: (r) => `user:name:${pick(r, ADJECTIVES)}${pick(r, NOUNS)}${pick(r, ENDS)}`,
  },
  { pattern: 'session:{uuid}', weight: 8, key: (r) => `session:${uuid(r)}` },
  { pattern: 'session:v2:{hash}', weight: 3, key: (r) => `session:v2:${token(r, 32)}` },
  { pattern: 'auth/token/{hash}', weight: 2, key: (r) => `auth/token/${token(r, 24)}` },
  {
    pattern: 'rate:{ip}',
    weight: 2,
    key: (r) => `rate:10.${number(r, 250)}.${number(r, 250)}.${number(r, 250)}`,
  },
  { pattern: 'rate:{ip}:{id}', weight: 1, key: (r) => `rate:10.${number(r, 250)}.1.1:${number(r)}` },
  { pattern: 'report:{date}', weight: 0.2, key: (r) => `report:${day(r)}` },
  { pattern: 'report:{date}:{slug}', weight: 1, key: (r) => `report:${day(r)}:${slug(r)}` },
  { pattern: 'price:v1:{id}', weight: 4, key: (r) => `price:v1:${number(r)}` },
  { pattern: 'price:v2:{id}', weight: 4, key: (r) => `price:v2:${number(r)}` },
  { pattern: 'price:list:EUR', weight: 0.05, key: () => 'price:list:EUR' },
  { pattern: 'price:list:USD', weight: 0.05, key: () => 'price:list:USD' },
  { pattern: 'recs:{id}:en', weight: 2, key: (r) => `recs:${number(r)}:en` },
  { pattern: 'recs:{id}:de', weight: 2, key: (r) => `recs:${number(r)}:de` },
  { pattern: 'page:/shop/{slug}', weight: 2, key: (r) => `page:/shop/${slug(r)}` },
  { pattern: 'page:/blog/{id}/{slug}', weight: 1, key: (r) => `page:/blog/${number(r)}/${slug(r)}` },
  { pattern: 'item_{id}', weight: 1, key: (r) => `item_${number(r)}` },
  { pattern: 'widget-{id}', weight: 1, key: (r) => `widget-${number(r)}` },
  { pattern: 'list|page={id}', weight: 1, key: (r) => `list|page=${number(r)}` },
  { pattern: 'queue:mail', weight: 0.05, key: () => 'queue:mail' },
  { pattern: 'queue:billing', weight: 0.05, key: () => 'queue:billing' },
  { pattern: '\\{user:{id}\\}:orders', weight: 2, key: (r) => `{user:${number(r)}}:orders` },
  { pattern: '\\{user:{id}\\}:wishlist', weight: 2, key: (r) => `{user:${number(r)}}:wishlist` },
  { pattern: 'job:{ulid}', weight: 1, key: (r) => `job:01J${hex(r, 23).toUpperCase()}` },
  {
    pattern: 'geo:{id},{id}',
    weight: 1,
    key: (r) => `geo:${number(r, 89)}.${number(r)},${number(r, 179)}.${number(r)}`,
  },
  { pattern: 'config:flags', weight: 0.05, key: () => 'config:flags' },
];

const totalWeight = families.reduce((sum, { weight }) => sum + weight, 0);

/** `count` keys drawn by weight; the same for a seed. A key may come twice. */
export function drawKeys(count: number, seed: number): string[] {
  const random = seeded(seed);
  const keys: string[] = [];
  for (let drawn = 0; drawn < count; drawn += 1) {
    let at = random() * totalWeight;
    const family = families.find(({ weight }) => {
      at -= weight;
      return at < 0;
    });
    keys.push((family ?? families[0])?.key(random) ?? '');
  }
  return keys;
}
