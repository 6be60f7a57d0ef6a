import type { CacheOptions } from '#cache/cacheOptions.ts';
import { prepareContracts } from '#cache/eventBus/declaredEvents.ts';
import type { EventBusAdapter } from '#cache/eventBus/eventBus.ts';
import type { EventContracts } from '#cache/eventBus/eventContract.ts';
import { redisStreamBus } from '#cache/eventStream/redisStreamBus.ts';
import type { Families } from '#cache/keys/family.ts';
import { prepareWarmPlans, type WarmPlan } from '#cache/warm/warmerOptions.ts';
import type { Counters } from '#cache/writeBehind/counter.ts';

type Passed = 'warming' | 'verify' | 'announce' | 'control';

/** What the options of a cache declare, without the types of what is declared. */
export interface Declared extends Pick<CacheOptions<Families>, Passed> {
  readonly families: Families;
  readonly counters: Counters;
  readonly contracts: EventContracts;
  readonly warmPlans: readonly WarmPlan[];
  readonly eventBus: EventBusAdapter;
}

/** Throws `badOptions`. */
export function prepareDeclared<F extends Families, C extends Counters, E extends EventContracts>(
  options: CacheOptions<F, C, E>,
): Declared {
  const { families, counters = {}, events, warmers = {}, warming, verify, announce, control } = options;
  return {
    families,
    counters,
    contracts: events === undefined ? {} : prepareContracts(families, events),
    warmPlans: prepareWarmPlans(families, warmers),
    eventBus: options.eventBus ?? redisStreamBus(),
    ...(warming === undefined ? {} : { warming }),
    ...(verify === undefined ? {} : { verify }),
    ...(announce === undefined ? {} : { announce }),
    ...(control === undefined ? {} : { control }),
  };
}
