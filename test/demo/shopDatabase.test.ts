import { expect, it } from 'vitest';
import { ShopDatabase } from '#demo/source/shopDatabase.ts';

const size = { productCount: 10, userCount: 5 };

function openDatabase() {
  const database = new ShopDatabase(':memory:', { size, latencyMs: 0 });
  return Object.assign(database, { [Symbol.dispose]: () => database.close() });
}

const step = (by: number, id: string, isDirect = false) => ({ productId: 1, by, id, isDirect });

it('adds a step to a counter once, however often it comes', async () => {
  using database = openDatabase();
  const before = await database.readCounter('stock', 1);
  await database.addToCounters('stock', [step(-2, '05')]);
  await database.addToCounters('stock', [step(-2, '05'), step(-1, '06')]);
  expect(await database.readCounter('stock', 1)).toBe(before - 3);
});

it('adds a step that came past the queue whatever its id', async () => {
  using database = openDatabase();
  const before = await database.readCounter('views', 1);
  await database.addToCounters('views', [step(1, '05'), step(1, '04', true)]);
  expect(await database.readCounter('views', 1)).toBe(before + 2);
});

it('numbers the changes of a price', async () => {
  using database = openDatabase();
  expect(await database.readPrice(1)).toMatchObject({ revision: 1 });
  expect(database.writePrice(1, 990)).toMatchObject({ productId: 1, cents: 990, revision: 2 });
  expect(await database.readPrice(1)).toMatchObject({ cents: 990, revision: 2 });
});

it('finds users by the address that they have now', async () => {
  using database = openDatabase();
  const user = await database.readUser(3);
  expect(await database.findUserByEmail(user.email)).toEqual(user);
  await database.writeUser({ ...user, email: 'new@example.org' });
  expect(await database.findUserByEmail(user.email)).toBeUndefined();
  expect(database.emailOf(3)).toBe('new@example.org');
});

it('knows what is viewed most, and what does not exist', async () => {
  using database = openDatabase();
  await database.addToCounters('views', [{ ...step(1_000_000, '01'), productId: 4 }]);
  expect((await database.readMostViewed(3))[0]).toBe(4);
  expect(await database.findProduct(11)).toBeUndefined();
});
