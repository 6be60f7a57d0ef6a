import type { Redis } from 'ioredis';

/** Gives a lease to a holder that no cache of the test is. */
export async function leaseToAnother(client: Redis, key: string, ttlMs = 60_000): Promise<void> {
  await client.multi().del(key).zadd(key, 0, '', 0, 'another').pexpire(key, ttlMs).exec();
}
