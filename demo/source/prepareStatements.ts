import type { DatabaseSync } from 'node:sqlite';

const PRODUCT = 'SELECT id, name, category, brand, description FROM products';
const USER = 'SELECT id, name, email, locale FROM users';

/** All that the shop asks its database. */
export function prepareStatements(database: DatabaseSync) {
  const prepare = (sql: string) => database.prepare(sql);
  return {
    product: prepare(`${PRODUCT} WHERE id = ?`),
    categoryPage: prepare(`${PRODUCT} WHERE category = ? ORDER BY id LIMIT ? OFFSET ?`),
    mostViewed: prepare('SELECT id FROM products ORDER BY views DESC LIMIT ?'),
    price: prepare('SELECT cents, campaign, price_revision AS revision FROM products WHERE id = ?'),
    user: prepare(`${USER} WHERE id = ?`),
    userByEmail: prepare(`${USER} WHERE email = ?`),
    flag: prepare('SELECT is_on FROM flags WHERE name = ?'),
    writePrice: prepare(
      'UPDATE products SET cents = ?, price_revision = price_revision + 1 WHERE id = ? RETURNING cents, campaign, price_revision AS revision',
    ),
    writeProduct: prepare('UPDATE products SET revision = revision + 1 WHERE id = ?'),
    writeUser: prepare('UPDATE users SET name = ?, email = ?, locale = ? WHERE id = ?'),
    toggleFlag: prepare('UPDATE flags SET is_on = 1 - is_on WHERE name = ?'),
    stock: prepareCounter(database, 'stock'),
    views: prepareCounter(database, 'views'),
  };
}

/** Beside each counter stands the id of the last change that it holds. */
function prepareCounter(database: DatabaseSync, column: 'stock' | 'views') {
  return {
    read: database.prepare(`SELECT ${column} AS value FROM products WHERE id = ?`),
    add: database.prepare(
      `UPDATE products SET ${column} = ${column} + ?, ${column}_change = ? WHERE id = ? AND ${column}_change < ?`,
    ),
    addDirect: database.prepare(`UPDATE products SET ${column} = ${column} + ? WHERE id = ?`),
  };
}
