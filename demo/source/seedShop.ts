import type { DatabaseSync } from 'node:sqlite';
import { brands, type Category, campaigns, categories, flags, locales } from './assortment.ts';
import { rankedId } from './rankedId.ts';
import { seededRandom } from './seededRandom.ts';
import type { ShopSize } from './shopSize.ts';

const SCHEMA = `
  PRAGMA journal_mode = MEMORY;
  PRAGMA synchronous = OFF;
  CREATE TABLE products (
    id INTEGER PRIMARY KEY, name TEXT, category TEXT, brand TEXT, description TEXT,
    cents INTEGER, campaign TEXT, price_revision INTEGER DEFAULT 1, revision INTEGER DEFAULT 0,
    stock INTEGER, stock_change TEXT DEFAULT '', views INTEGER DEFAULT 0, views_change TEXT DEFAULT ''
  );
  CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT, locale TEXT);
  CREATE TABLE flags (name TEXT PRIMARY KEY, is_on INTEGER DEFAULT 0);
`;

const adjectives = ['Bright', 'Compact', 'Everyday', 'Folding', 'Quiet', 'Solid', 'Travel', 'Woven'];
const givenNames = [
  'Ada',
  'Bela',
  'Chidi',
  'Dana',
  'Emil',
  'Fatima',
  'Goran',
  'Hana',
  'Ivo',
  'Jun',
  'Kaya',
  'Lena',
];

/** Fills an empty database; the same size gives the same shop. */
export function seedShop(database: DatabaseSync, size: ShopSize): void {
  const random = seededRandom(1);
  const pick = <T>(items: readonly T[], fallback: T): T =>
    items[Math.floor(random() * items.length)] ?? fallback;
  database.exec(SCHEMA);
  database.exec('BEGIN');
  const product = database.prepare(
    'INSERT INTO products (id, name, category, brand, description, cents, campaign, stock) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  for (let id = 1; id <= size.productCount; id += 1) {
    const category = pickCategory(random());
    const name = `${pick(adjectives, '')} ${pick(category.nouns, '')} ${id}`;
    const sentence = `${name}: made to last, easy to return, and loved by those who own one. `;
    const cents = 199 + Math.floor(random() ** 3 * 90_000);
    const campaign = random() < 0.08 ? pick(campaigns, '') : null;
    const text = sentence.repeat(2 + Math.floor(random() ** 2 * 20));
    product.run(id, name, category.slug, pick(brands, ''), text, cents, campaign, Math.floor(random() * 200));
  }
  seedViews(database, size.productCount);
  const flag = database.prepare('INSERT INTO flags (name) VALUES (?)');
  for (const name of flags) flag.run(name);
  const user = database.prepare('INSERT INTO users (id, name, email, locale) VALUES (?, ?, ?, ?)');
  for (let id = 1; id <= size.userCount; id += 1) {
    const name = pick(givenNames, '');
    user.run(id, name, `${name.toLowerCase()}.${id}@example.com`, pick(locales, 'en'));
  }
  database.exec('CREATE INDEX products_by_category ON products (category, id)');
  database.exec('CREATE INDEX users_by_email ON users (email)');
  database.exec('CREATE INDEX products_by_views ON products (views)');
  database.exec('COMMIT');
}

/** Those that visitors ask for most are known as such from before. */
function seedViews(database: DatabaseSync, productCount: number): void {
  const views = database.prepare('UPDATE products SET views = ? WHERE id = ?');
  const topCount = Math.min(1_000, productCount);
  for (let rank = 0; rank < topCount; rank += 1) {
    views.run(Math.floor(100_000 / (rank + 1)), rankedId(rank, productCount));
  }
}

const totalWeight = categories.reduce((sum, category) => sum + category.weight, 0);
const lastCategory: Category = { slug: 'other', weight: 0, nouns: ['Thing'] };

function pickCategory(share: number): Category {
  let left = share * totalWeight;
  for (const category of categories) {
    left -= category.weight;
    if (left < 0) return category;
  }
  return lastCategory;
}
