import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from './seededRandom.ts';
import { seedShop } from './seedShop.ts';
import { fullSize, type ShopSize } from './shopSize.ts';

export interface ProductRow {
  readonly id: number;
  readonly name: string;
  readonly category: string;
  readonly brand: string;
  readonly description: string;
}

export interface PriceRow {
  readonly productId: number;
  readonly cents: number;
  readonly campaign: string | null;
}

export interface UserRow {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly locale: string;
}

const PAGE_SIZE = 24;

/** The source that all three services read: one SQLite file, answering as slowly as a database over a network would. */
export class ShopDatabase {
  readonly size: ShopSize;
  readonly #database: DatabaseSync;
  readonly #random = seededRandom(4);
  readonly #latencyMs: number;

  constructor(
    file: string,
    { size = fullSize, latencyMs = 3 }: { size?: ShopSize; latencyMs?: number } = {},
  ) {
    this.size = size;
    this.#latencyMs = latencyMs;
    this.#database = new DatabaseSync(file);
    seedShop(this.#database, size);
    this.#statements = prepareStatements(this.#database);
  }
  readonly #statements: ReturnType<typeof prepareStatements>;

  async readProduct(id: number): Promise<ProductRow> {
    await this.#wait(1);
    return productOf(this.#statements.product.get(id), id);
  }

  /** One page of a category, the best-selling first. */
  async readCategoryPage(slug: string, page: number): Promise<ProductRow[]> {
    await this.#wait(4);
    const rows = this.#statements.categoryPage.all(slug, PAGE_SIZE, (page - 1) * PAGE_SIZE);
    return rows.map((row) => productOf(row, 0));
  }

  async readPrice(productId: number): Promise<PriceRow> {
    await this.#wait(1);
    const row = this.#statements.price.get(productId);
    const campaign = row?.campaign;
    return {
      productId,
      cents: Number(row?.cents ?? 0),
      campaign: typeof campaign === 'string' ? campaign : null,
    };
  }

  async readStock(productId: number): Promise<number> {
    await this.#wait(1);
    return Number(this.#statements.stock.get(productId)?.stock ?? 0);
  }

  async readUser(id: number): Promise<UserRow> {
    await this.#wait(1);
    const row = this.#statements.user.get(id);
    return { id, name: String(row?.name), email: String(row?.email), locale: String(row?.locale) };
  }

  /** The slow query of the shop. */
  async readRecommendations(userId: number): Promise<number[]> {
    await this.#wait(10);
    const first = (userId * 7_919) % this.size.productCount;
    return Array.from({ length: 20 }, (_, index) => 1 + ((first + index * 131) % this.size.productCount));
  }

  writePrice(productId: number, cents: number): void {
    this.#statements.writePrice.run(cents, productId);
  }

  writeProduct(id: number): void {
    this.#statements.writeProduct.run(id);
  }

  close(): void {
    this.#database.close();
  }

  #wait(weight: number): Promise<void> {
    return pause(this.#latencyMs * weight * (0.5 + this.#random()));
  }
}

function prepareStatements(database: DatabaseSync) {
  return {
    product: database.prepare('SELECT id, name, category, brand, description FROM products WHERE id = ?'),
    categoryPage: database.prepare(
      'SELECT id, name, category, brand, description FROM products WHERE category = ? ORDER BY id LIMIT ? OFFSET ?',
    ),
    price: database.prepare('SELECT cents, campaign FROM products WHERE id = ?'),
    stock: database.prepare('SELECT stock FROM products WHERE id = ?'),
    user: database.prepare('SELECT name, email, locale FROM users WHERE id = ?'),
    writePrice: database.prepare('UPDATE products SET cents = ? WHERE id = ?'),
    writeProduct: database.prepare('UPDATE products SET revision = revision + 1 WHERE id = ?'),
  };
}

function productOf(row: Record<string, unknown> | undefined, id: number): ProductRow {
  return {
    id: Number(row?.id ?? id),
    name: String(row?.name),
    category: String(row?.category),
    brand: String(row?.brand),
    description: String(row?.description),
  };
}
