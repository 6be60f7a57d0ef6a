import type { Redis } from 'ioredis';
import { createCache, event, family, redisStreamBus } from '#cache/cache.ts';

export interface ShopOptions {
  readonly instance: string;
  /** What the source holds of a product. */
  readonly load?: () => unknown;
  /** Called between the reading of an event and its acknowledgement. */
  readonly onEvent?: (id: number) => void;
}

/** An instance of a service `shop` with L1, which drops a product when it is told that it changed, and announces itself each second. */
export function openShop(redis: Redis, { instance, load = () => 1, onEvent = () => {} }: ShopOptions) {
  return createCache({
    ...{ redis, service: 'shop', instance, l1: {}, heartbeatMs: 200, commandTimeoutMs: 200 },
    announce: { everySeconds: 1 },
    families: {
      product: family({ key: 'product:{id}', ttlSeconds: 600, load: async () => load() }),
    },
    eventBus: redisStreamBus({ claimIdleMs: 500, blockMs: 100, retryDelayMs: 50 }),
    events: (keyOf) => ({
      'product.updated': event({
        invalidates: ({ id }: { id: number }) => {
          onEvent(id);
          return { keys: [keyOf.product({ id })] };
        },
      }),
    }),
  });
}
