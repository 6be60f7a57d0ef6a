import { expect, it } from 'vitest';
import { ConnectionPool } from '#demo/source/connectionPool.ts';

it('runs as many queries at once as it has connections, and the others in their order', async () => {
  const pool = new ConnectionPool(2);
  const ended: string[] = [];
  const query = (name: string, tookMs: number) => pool.query(tookMs).then(() => ended.push(name));
  await Promise.all([query('long', 60), query('short', 1), query('second short', 1), query('third', 1)]);
  expect(ended).toEqual(['short', 'second short', 'third', 'long']);
});
