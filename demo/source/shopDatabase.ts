import { DatabaseSync } from 'node:sqlite';
import { ConnectionPool } from './connectionPool.ts';
import { prepareStatements } from './prepareStatements.ts';
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
  /** Rises with each change of the price, from 1. */
  readonly revision: number;
}

export interface UserRow {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly locale: string;
}

/** Numbers of a product that are changed by adding to them. */
export type ProductCounter = 'stock' | 'views';

export interface CounterStep {
  readonly productId: number;
  readonly by: number;
  /** The same when the step comes again; rising for each counter. */
  readonly id: string;
  /** It comes once, and has no place among the ids of the others. */
  readonly isDirect: boolean;
}

const PAGE_SIZE = 24;

/** Queries of loads at once: far more than a healthy shop needs. */
const CONNECTIONS = 16;

type Row = Readonly<Record<string, unknown>>;

/** The source that all three services read: one SQLite file, answering as slowly as a database over a network would. */
export class ShopDatabase {
  readonly size: ShopSize;
  readonly #database: DatabaseSync;
  readonly #random = seededRandom(4);
  readonly #latencyMs: number;
  readonly #connections = new ConnectionPool(CONNECTIONS);
  #slowdown = 1;

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

  /** Undefined = there is no such product. */
  async findProduct(id: number): Promise<ProductRow | undefined> {
    await this.#wait(1);
    const row = this.#statements.product.get(id);
    return row && productOf(row);
  }

  /** One page of a category, the best-selling first. */
  async readCategoryPage(slug: string, page: number): Promise<ProductRow[]> {
    await this.#wait(4);
    return this.#statements.categoryPage.all(slug, PAGE_SIZE, (page - 1) * PAGE_SIZE).map(productOf);
  }

  /** Ids, the most viewed first. */
  async readMostViewed(count: number): Promise<number[]> {
    await this.#wait(4);
    return this.#statements.mostViewed.all(count).map(({ id }) => Number(id));
  }

  async readPrice(productId: number): Promise<PriceRow> {
    await this.#wait(1);
    return priceOf(productId, this.#statements.price.get(productId));
  }

  /** A product in one line, as it stands in lists of offers: joined of two services' data. */
  async readOffer(productId: number): Promise<{ name: string; cents: number; campaign: string | null }> {
    await this.#wait(2);
    const name = String(this.#statements.product.get(productId)?.name);
    const { cents, campaign } = priceOf(productId, this.#statements.price.get(productId));
    return { name, cents, campaign };
  }

  async readCounter(counter: ProductCounter, productId: number): Promise<number> {
    await this.#wait(1);
    return Number(this.#statements[counter].read.get(productId)?.value ?? 0);
  }

  async readUser(id: number): Promise<UserRow> {
    await this.#wait(1);
    return userOf(this.#statements.user.get(id) ?? { id });
  }

  async findUserByEmail(email: string): Promise<UserRow | undefined> {
    await this.#wait(1);
    const row = this.#statements.userByEmail.get(email);
    return row && userOf(row);
  }

  /** What a user types to sign in: known to them, and no query of the shop. */
  emailOf(userId: number): string {
    return userOf(this.#statements.user.get(userId) ?? {}).email;
  }

  /** The slow query of the shop. */
  async readRecommendations(userId: number): Promise<number[]> {
    await this.#wait(20);
    const first = (userId * 7_919) % this.size.productCount;
    return Array.from({ length: 20 }, (_, index) => 1 + ((first + index * 131) % this.size.productCount));
  }

  async readFlag(name: string): Promise<boolean> {
    await this.#wait(1);
    return this.#statements.flag.get(name)?.is_on === 1;
  }

  /** The price as it is then. */
  writePrice(productId: number, cents: number): PriceRow {
    return priceOf(productId, this.#statements.writePrice.get(cents, productId));
  }

  writeProduct(id: number): void {
    this.#statements.writeProduct.run(id);
  }

  async writeUser({ id, name, email, locale }: UserRow): Promise<void> {
    await this.#wait(1);
    this.#statements.writeUser.run(name, email, locale, id);
  }

  toggleFlag(name: string): void {
    this.#statements.toggleFlag.run(name);
  }

  /** All of the steps or none; those that came before are left out by their ids. */
  async addToCounters(counter: ProductCounter, steps: readonly CounterStep[]): Promise<void> {
    await this.#wait(2);
    const { add, addDirect } = this.#statements[counter];
    this.#database.exec('BEGIN');
    try {
      for (const { productId, by, id, isDirect } of steps) {
        if (isDirect) addDirect.run(by, productId);
        else add.run(by, id, productId, id);
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** From now on each query takes so many times as long as usual. */
  slowDown(factor: number): void {
    this.#slowdown = factor;
  }

  close(): void {
    this.#database.close();
  }

  #wait(weight: number): Promise<void> {
    return this.#connections.query(this.#latencyMs * weight * this.#slowdown * (0.5 + this.#random()));
  }
}

function productOf({ id, name, category, brand, description }: Row): ProductRow {
  return {
    id: Number(id),
    name: String(name),
    category: String(category),
    brand: String(brand),
    description: String(description),
  };
}

function priceOf(productId: number, { cents = 0, campaign, revision = 1 }: Row = {}): PriceRow {
  return {
    productId,
    cents: Number(cents),
    campaign: typeof campaign === 'string' ? campaign : null,
    revision: Number(revision),
  };
}

function userOf({ id, name, email, locale }: Row): UserRow {
  return { id: Number(id), name: String(name), email: String(email), locale: String(locale) };
}
