import type { TestRedis } from '../startRedis.ts';

/** What Redis has counted as hits and misses of look-ups so far. */
export async function keyspaceCounts({ client }: TestRedis) {
  const info = await client.info('stats');
  const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  return { hits: field('keyspace_hits'), misses: field('keyspace_misses') };
}
