import { CacheCore } from './cacheCore.ts';
import { type CacheOptions, type NoneDeclared, prepareSettings } from './cacheOptions.ts';
import type { EventCalls } from './eventBus/declaredEvents.ts';
import type { EventContracts } from './eventBus/eventContract.ts';
import { bindFamilies } from './families/bindFamilies.ts';
import type { BoundFamilies } from './families/familyCalls.ts';
import { checkTemplates } from './keys/checkTemplates.ts';
import type { Families } from './keys/family.ts';
import { PatternNames } from './keys/patternNames.ts';
import { CacheParts } from './parts/cacheParts.ts';
import { type BoundCounters, bindCounters } from './parts/counters.ts';
import { prepareDeclared } from './parts/declared.ts';
import { type OverallCalls, overallCalls } from './parts/overallCalls.ts';
import { type PlainCalls, plainCalls } from './parts/plainCalls.ts';
import { type StructureCalls, structureCalls } from './structures/structureCalls.ts';
import type { VerifyCalls } from './verify/verifier.ts';
import type { WarmCalls } from './warm/warmers.ts';
import type { Counters } from './writeBehind/counter.ts';

export { CacheError, type CacheErrorCode } from './cacheError.ts';
export type { CacheOptions, MemoryLayerOptions } from './cacheOptions.ts';
export type { AnnounceOptions } from './control/announcer.ts';
export type { CommandHandler } from './control/commandHandler.ts';
export type { ControlOptions } from './control/controlChannel.ts';
export type { InvalidationMode } from './entries/entryStore.ts';
export type { PublishResult } from './eventBus/declaredEvents.ts';
export type { EventBusAdapter } from './eventBus/eventBus.ts';
export { type EventContract, type EventTargets, event } from './eventBus/eventContract.ts';
export { memoryBus } from './eventBus/memoryBus.ts';
export { redisStreamBus } from './eventStream/redisStreamBus.ts';
export type {
  BoundFamily,
  FamilyCallOptions,
  InvalidateOptions,
  SettledValue,
} from './families/familyCalls.ts';
export type { InvalidationResult } from './invalidate/invalidation.ts';
export type { EntryLives } from './keys/entryLives.ts';
export { type Family, type FamilyOptions, family } from './keys/family.ts';
export type { FieldsOf } from './keys/keyTemplate.ts';
export type { CacheEventMap } from './metrics/cacheEvents.ts';
export type { CacheSpan, CacheTracer } from './metrics/traced.ts';
export type { ClosedCache } from './parts/cacheParts.ts';
export type { CacheHealth } from './parts/overallCalls.ts';
export type { EntryOptions, GetOrSetOptions } from './parts/plainCalls.ts';
export { msgpackSerialiser } from './store/msgpackSerialiser.ts';
export type { RedisClient } from './store/redisClient.ts';
export type { Serialiser } from './store/serialiser.ts';
export type { StandardSchema } from './validate/standardSchema.ts';
export type { VerifyAnswer, VerifyCallOptions } from './verify/verifier.ts';
export type { VerifyOptions } from './verify/verifyOptions.ts';
export type { WarmerOptions, WarmingOptions } from './warm/warmerOptions.ts';
export type { WarmerState } from './warm/warmers.ts';
export type { WarmReport } from './warm/warmReport.ts';
export type { WriteResult } from './write/storeWritten.ts';
export type { PutResult } from './write/writeThrough.ts';
export { type Counter, type CounterChange, counter } from './writeBehind/counter.ts';
export type { BoundCounter, IncrementResult } from './writeBehind/counterStore.ts';
export type { ValueChange, WriteBehindOptions } from './writeBehind/valueOptions.ts';

/** The calls of a cache that are named for what they do, and not for what is declared. */
export type CacheCalls<E extends EventContracts> = PlainCalls &
  StructureCalls &
  EventCalls<E> &
  WarmCalls &
  VerifyCalls &
  OverallCalls;

export type Cache<
  F extends Families,
  C extends Counters = NoneDeclared,
  E extends EventContracts = NoneDeclared,
> = CacheCalls<E> & BoundFamilies<F> & BoundCounters<C>;

/** What neither a family nor a counter may be called. */
const reservedNames: readonly (keyof CacheCalls<EventContracts> | 'then')[] = [
  ...(['getOrSet', 'set', 'delete', 'invalidateTag', 'invalidatePattern', 'invalidateNamespace'] as const),
  ...(['hash', 'sortedSet', 'list', 'publish', 'warm', 'warmers', 'cancelWarm', 'ready', 'verify'] as const),
  ...(['family', 'metrics', 'snapshot', 'health', 'commandHandler', 'on', 'close', 'then'] as const),
];

/**
 * A cache of one service on Redis: cache-aside with a TTL on every entry, tags, and one load for concurrent misses; all else is
 * an option. Throws `badOptions` and `reservedFamilyName`. It opens a connection of its own for `l1`, for events that it takes,
 * and for `control`.
 *
 *     const cache = createCache({ redis, service: 'catalog', families: {
 *       product: family({ key: 'product:{id}', ttlSeconds: 600, load: ({ id }) => readProduct(id) }),
 *     } });
 *     const product = await cache.product.get({ id: 42 });
 */
export function createCache<
  F extends Families,
  C extends Counters = NoneDeclared,
  E extends EventContracts = NoneDeclared,
>(options: CacheOptions<F, C, E>): Cache<F, C, E> {
  const settings = prepareSettings(options, reservedNames);
  checkTemplates(options.families, options.counters);
  const core = new CacheCore(settings, new PatternNames(settings.prefix, options.families));
  const parts = new CacheParts(core, prepareDeclared(options));
  const families = bindFamilies<F>(parts.bindings);
  const counters = bindCounters<C>(parts.counters);
  parts.start();
  return {
    ...families,
    ...counters,
    ...plainCalls(core),
    ...structureCalls(core.reading),
    publish: (name, payload) => core.track(parts.events.publish(name, payload)),
    warm: (name, call) => parts.warmers.warm(name, call),
    warmers: () => parts.warmers.warmers(),
    cancelWarm: (name) => parts.warmers.cancelWarm(name),
    ready: () => parts.warmers.ready(),
    verify: (family, fields, call) => parts.verifier.verify(family, fields, call),
    ...overallCalls(parts, families),
  };
}
