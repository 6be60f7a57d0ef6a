import type { Cluster, Redis } from 'ioredis';
import { expect } from 'vitest';
import { type CacheEventMap, type CacheOptions, family } from '#cache/cache.ts';
import { CacheCore } from '#cache/cacheCore.ts';
import { prepareSettings } from '#cache/cacheOptions.ts';
import { DeclaredEvents } from '#cache/eventBus/declaredEvents.ts';
import type { EventBusAdapter, SubscriptionSnapshot } from '#cache/eventBus/eventBus.ts';
import { type EventContracts, event } from '#cache/eventBus/eventContract.ts';
import { prepareKeyNames } from '#cache/eventBus/keyNames.ts';
import { redisStreamBus } from '#cache/eventStream/redisStreamBus.ts';
import type { RedisStreamBusOptions } from '#cache/eventStream/streamBusOptions.ts';
import { bindFamilies } from '#cache/families/bindFamilies.ts';
import { FamilyBinding } from '#cache/families/familyBinding.ts';
import type { BoundFamilies } from '#cache/families/familyCalls.ts';
import { PatternNames } from '#cache/keys/patternNames.ts';
import { until } from './until.ts';

export const families = {
  product: family({
    key: 'product:{id}',
    ttlSeconds: 600,
    load: async ({ id }) => `product ${id}`,
    tags: ({ id }) => [`p${id}`],
  }),
  price: family({ key: 'price:{id}', ttlSeconds: 600, namespace: 'prices', load: async () => 1 }),
};

type Families = typeof families;
const keyOf = prepareKeyNames(families);

/** What most tests publish. */
const contracts = {
  'product.updated': event<{ id: number }>({
    invalidates: ({ id }) => ({ keys: [keyOf.product({ id })] }),
  }),
  'price.updated': event<{ id: number }>({ invalidates: ({ id }) => ({ keys: [keyOf.price({ id })] }) }),
  'all.updated': event<null>({ invalidates: () => ({ tags: ['all'] }) }),
  poison: event<null>({
    invalidates: () => {
      throw new Error('a contract with a fault');
    },
  }),
  broad: event<null>({ invalidates: () => ({ patterns: ['*'] }) }),
};

export interface ServiceOptions extends Partial<CacheOptions<Families>> {
  readonly contracts?: EventContracts;
  readonly bus?: EventBusAdapter;
  readonly isStarted?: boolean;
}

export type EventState = CacheEventMap['event']['state'];

/** One instance of a service with events. */
export interface Service extends AsyncDisposable {
  readonly core: CacheCore;
  readonly cache: BoundFamilies<Families>;
  readonly declared: DeclaredEvents;
  readonly seen: CacheEventMap['event'][];
  readonly fallbacks: CacheEventMap['fallback'][];
  /** Sum of the counts that were told of a state. */
  count(state: EventState, event?: string): number;
  close(): Promise<number>;
}

export function openService(
  redis: Redis | Cluster,
  { contracts: given = contracts, bus = quickBus(), isStarted = true, ...options }: ServiceOptions = {},
): Service {
  const settings = prepareSettings(
    { redis, service: 'shop', instance: 'i1', random: () => 0.5, ...options, families },
    [],
  );
  const core = new CacheCore(settings, new PatternNames(settings.prefix, families));
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
  const { transport, events, invalidator, versions } = core;
  const declared = new DeclaredEvents(
    { ...settings, transport, events, invalidator, versions, pause },
    { families, contracts: given, bus },
  );
  const seen: CacheEventMap['event'][] = [];
  const fallbacks: CacheEventMap['fallback'][] = [];
  events.on('event', (one) => void seen.push(one));
  events.on('fallback', (one) => void fallbacks.push(one));
  core.start();
  if (isStarted) declared.start();
  const close = async (): Promise<number> => {
    const lostCount = await declared.close();
    await core.close();
    return lostCount;
  };
  return {
    core,
    cache: bindFamilies<Families>(
      new Map(
        Object.entries(families).map(([name, declared]) => [name, new FamilyBinding(core, declared, name)]),
      ),
    ),
    declared,
    seen,
    fallbacks,
    count: (state, name) =>
      seen
        .filter((one) => one.state === state && (name === undefined || one.event === name))
        .reduce((sum, { count }) => sum + count, 0),
    close,
    [Symbol.asyncDispose]: async () => void (await close()),
  };
}

/** A stream bus whose waits are short. */
export function quickBus(options: RedisStreamBusOptions = {}): EventBusAdapter {
  return redisStreamBus({ blockMs: 50, claimIdleMs: 200, retryDelayMs: 10, ...options });
}

/** One that has its place on the bus: it gets what is published from here on. */
export async function openJoined(...args: Parameters<typeof openService>): Promise<Service> {
  const service = openService(...args);
  await until(async () => expect(await standing(service)).not.toBeNull());
  return service;
}

/** Makes the group of the shop, as an instance that has gone since. */
export async function joinOnce(redis: Redis): Promise<void> {
  const before = await openJoined(redis, { instance: 'before' });
  await before.close();
}

export async function standing({ declared }: Service): Promise<SubscriptionSnapshot | null> {
  return (await declared.snapshot()).subscription;
}
