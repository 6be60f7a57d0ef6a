import { Redis } from 'ioredis';

/*
 * What the examples of docs/cache work on: a client, and a pretend database that counts what it is asked.
 */

export interface Product {
  readonly id: number;
  readonly name: string;
  readonly category: string;
  readonly cents: number;
  /** Rises with every change. */
  readonly revision: number;
}

export interface User {
  readonly id: number;
  readonly email: string;
  readonly name: string;
}

class Source {
  readonly products = new Map<number, Product>();
  readonly users = new Map<number, User>();
  readonly counters = new Map<string, number>();
  /** Reads so far. */
  readCount = 0;
  isDown = false;

  constructor() {
    this.reset();
  }

  reset(): void {
    this.readCount = 0;
    this.isDown = false;
    this.counters.clear();
    this.products.clear();
    this.users.clear();
    for (const [id, name] of ['lamp', 'desk', 'chair'].entries()) {
      const category = name === 'lamp' ? 'lights' : 'furniture';
      this.products.set(id + 1, { id: id + 1, name, category, cents: 1_000 * (id + 1), revision: 1 });
    }
    this.users.set(1, { id: 1, email: 'ann@example.org', name: 'Ann' });
    this.users.set(2, { id: 2, email: 'bob@example.org', name: 'Bob' });
  }

  /** Throws when there is no such product, or the source is down. */
  async readProduct(id: string | number): Promise<Product> {
    const product = await this.findProduct(id);
    if (product === undefined) throw new Error(`no product ${id}`);
    return product;
  }

  async findProduct(id: string | number): Promise<Product | undefined> {
    this.#count();
    return this.products.get(Number(id));
  }

  async readProducts(ids: readonly (string | number)[]): Promise<Product[]> {
    this.#count();
    return ids.flatMap((id) => this.products.get(Number(id)) ?? []);
  }

  /** Gives the product as the source has it then. */
  async writeProduct(product: Product): Promise<Product> {
    this.#count();
    const revision = (this.products.get(product.id)?.revision ?? 0) + 1;
    const written = { ...product, revision };
    this.products.set(product.id, written);
    return written;
  }

  /** Throws when there is no such user. */
  async readUser(id: string | number): Promise<User> {
    this.#count();
    const user = this.users.get(Number(id));
    if (user === undefined) throw new Error(`no user ${id}`);
    return user;
  }

  async findUser(email: string | number): Promise<User | undefined> {
    this.#count();
    return [...this.users.values()].find((user) => user.email === email);
  }

  async writeUser(user: User): Promise<void> {
    this.#count();
    this.users.set(user.id, user);
  }

  #count(): void {
    if (this.isDown) throw new Error('the source is down');
    this.readCount += 1;
  }
}

export const redis = new Redis(process.env.REDIS_URL ?? '');
redis.on('error', () => {});
export const source = new Source();
