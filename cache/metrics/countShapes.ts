import { metricNames } from '#shared/metricNames.ts';

export interface MetricShape {
  readonly name: string;
  readonly help: string;
  /** Besides `owner`. */
  readonly labels: readonly string[];
  /** The label that says whose it is: resilience4j calls it `name`. */
  readonly owner: 'cache' | 'name';
}

/** The counters, by the names that the tally counts them under. */
export const countShapes = {
  gets: ofCache(metricNames.gets, ['key_pattern', 'result'], 'Look-ups of callers by outcome.'),
  puts: ofCache(metricNames.puts, ['key_pattern'], 'Entries stored.'),
  evictions: ofCache(
    metricNames.evictions,
    ['layer', 'cause'],
    'Entries that left memory before they expired.',
  ),
  removals: ofCache(metricNames.removals, ['key_pattern', 'source'], 'Entries removed on purpose.'),
  coalesced: ofCache(metricNames.coalesced, ['key_pattern'], 'Calls that waited for the load of another.'),
  errors: ofCache(metricNames.errors, ['operation', 'code'], 'Fallbacks that callers did not see.'),
  layerGets: ofCache(metricNames.layerGets, ['key_pattern', 'layer', 'result'], 'Look-ups of one layer.'),
  misses: ofCache(metricNames.misses, ['key_pattern', 'reason'], 'Look-ups that waited for a load, by why.'),
  staleServed: ofCache(
    metricNames.staleServed,
    ['key_pattern', 'reason'],
    'Look-ups answered with an old value.',
  ),
  negativeServed: ofCache(metricNames.negativeServed, ['key_pattern'], 'Look-ups answered with "not found".'),
  refreshes: ofCache(
    metricNames.refreshes,
    ['key_pattern', 'reason', 'result'],
    'Refreshes in the background.',
  ),
  scopeViolations: ofCache(
    metricNames.scopeViolations,
    ['key_pattern'],
    'Entries of another owner, not served.',
  ),
  outdatedStores: ofCache(metricNames.outdatedStores, ['key_pattern'], 'Values too old to be stored.'),
  shed: ofCache(metricNames.shed, ['key_pattern', 'reason'], 'Loads refused to keep the source alive.'),
  invalidations: ofCache(metricNames.invalidations, ['source'], 'Invalidations by what asked.'),
  retries: ofCache(metricNames.retries, ['source', 'state'], 'Invalidations that Redis did not confirm.'),
  broadcasts: ofCache(metricNames.broadcasts, ['direction'], 'Messages between the instances.'),
  coherenceChanges: ofCache(
    metricNames.coherenceChanges,
    ['state'],
    'Begins and losses of hearing the others.',
  ),
  breakerTransitions: ofBreaker(metricNames.breakerTransitions, ['to', 'reason'], 'Changes of the state.'),
  breakerNotPermitted: ofBreaker(metricNames.breakerNotPermitted, ['kind'], 'Commands that were not sent.'),
  writeBehind: ofCache(metricNames.writeBehind, ['family', 'state'], 'Changes on their way to the source.'),
  events: ofCache(metricNames.events, ['event', 'state'], 'Declared events.'),
  eventFanOut: ofCache(metricNames.eventFanOut, ['event'], 'Entries that events removed.'),
  warmRuns: ofCache(metricNames.warmRuns, ['warmer', 'state'], 'Runs of warmers.'),
  verified: ofCache(
    metricNames.verified,
    ['key_pattern', 'result', 'age_class'],
    'Entries compared with their source.',
  ),
} as const;

export type CountName = keyof typeof countShapes;

/** The overload says what `Object.keys` does not. */
export function countNames(): readonly CountName[];
export function countNames(): readonly string[] {
  return Object.keys(countShapes);
}

export function ofCache(name: string, labels: readonly string[], help: string): MetricShape {
  return { name, labels, help, owner: 'cache' };
}

export function ofBreaker(name: string, labels: readonly string[], help: string): MetricShape {
  return { name, labels, help, owner: 'name' };
}
