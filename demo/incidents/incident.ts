import type { RedisLine } from '#demo/processes/redisLine.ts';
import type { ThrowAwayRedis } from '#demo/processes/throwAwayRedis.ts';
import type { Shop } from '#demo/traffic/shop.ts';

/** Something that goes wrong in the shop, and how it is set right again. */
export interface Incident {
  readonly name: string;
  /** What happens, and what the page should show of it. */
  readonly title: string;
  start(stage: Stage): Promise<void>;
  stop(stage: Stage): Promise<void>;
}

/** What an incident can reach. */
export interface Stage {
  readonly shop: Shop;
  readonly redis: ThrowAwayRedis;
  /** Between each instance and Redis, by the name of the instance. */
  readonly lines: ReadonlyMap<string, RedisLine>;
}
