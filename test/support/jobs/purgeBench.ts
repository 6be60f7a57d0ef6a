import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { openTestConnection } from '../openTestConnection.ts';
import { startRedis, type TestRedis } from '../startRedis.ts';
import { storeManyTagged } from './storeTagged.ts';

export interface PurgeBench {
  /** Empty at the start of each test. */
  readonly redis: TestRedis;
  /** An operator's connection, closed when the test ends. */
  openOperator(user?: { readonly username: string; readonly password: string }): Promise<RedisConnection>;
  /** Entries `{prefix}0` to `{prefix}{count - 1}`, all with these tags. */
  storeMany(count: number, prefix: string, tags: readonly string[]): Promise<void>;
}

/** A Redis for the tests of one file. */
export function purgeBench(): PurgeBench {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());
  beforeEach(async () => {
    await redis.client.flushall();
  });
  return {
    get redis() {
      return redis;
    },
    openOperator: async (user) => {
      const connection = openTestConnection(redis, 'operator', user);
      onTestFinished(() => connection.close());
      return connection;
    },
    storeMany: (count, prefix, tags) => storeManyTagged(redis.client, { count, prefix, tags }),
  };
}
