import { describe, expect, it } from 'vitest';
import type { CacheEventMap, CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { parseExposition } from '#server/sources/parseExposition.ts';
import { metricNames } from '#shared/metricNames.ts';
import { countOf } from '../startCache.ts';
import { recordEvents } from './recordEvents.ts';

const pattern = 'shop:product:{id}';

interface Told {
  readonly emit: (events: CacheEvents) => void;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly count: number;
}

/** One row for each kind of event, so that none goes uncounted. */
const told: { readonly [Name in keyof CacheEventMap]: Told } = {
  lookup: {
    emit: (events) => events.emit('lookup', { pattern, result: 'miss' }),
    name: metricNames.gets,
    labels: { key_pattern: pattern, result: 'miss' },
    count: 1,
  },
  layerLookup: {
    emit: (events) => events.emit('layerLookup', { pattern, layer: 'memory', result: 'hit' }),
    name: metricNames.layerGets,
    labels: { key_pattern: pattern, layer: 'memory', result: 'hit' },
    count: 1,
  },
  coalesced: {
    emit: (events) => events.emit('coalesced', { pattern }),
    name: metricNames.coalesced,
    labels: { key_pattern: pattern },
    count: 1,
  },
  loaded: {
    emit: (events) => events.emit('loaded', { pattern, result: 'failure', durationMs: 1_500 }),
    name: `${metricNames.loadDuration}_sum`,
    labels: { key_pattern: pattern, result: 'failure' },
    count: 1.5,
  },
  staleServed: {
    emit: (events) => events.emit('staleServed', { pattern, reason: 'loadFailed' }),
    name: metricNames.staleServed,
    labels: { key_pattern: pattern, reason: 'loadFailed' },
    count: 1,
  },
  negativeServed: {
    emit: (events) => events.emit('negativeServed', { pattern }),
    name: metricNames.negativeServed,
    labels: { key_pattern: pattern },
    count: 1,
  },
  refreshed: {
    emit: (events) => events.emit('refreshed', { pattern, reason: 'early', result: 'leased' }),
    name: metricNames.refreshes,
    labels: { key_pattern: pattern, reason: 'early', result: 'leased' },
    count: 1,
  },
  scopeViolation: {
    emit: (events) => events.emit('scopeViolation', { pattern, key: 'shop:product:7' }),
    name: metricNames.scopeViolations,
    labels: { key_pattern: pattern },
    count: 1,
  },
  stored: {
    emit: (events) => events.emit('stored', { pattern, ttlSeconds: 60, tags: ['all'] }),
    name: metricNames.puts,
    labels: { key_pattern: pattern },
    count: 1,
  },
  outdated: {
    emit: (events) => events.emit('outdated', { pattern }),
    name: metricNames.outdatedStores,
    labels: { key_pattern: pattern },
    count: 1,
  },
  removed: {
    emit: (events) => events.emit('removed', { pattern, source: 'tag', count: 12 }),
    name: metricNames.removals,
    labels: { key_pattern: pattern, source: 'tag' },
    count: 12,
  },
  invalidated: {
    emit: (events) => events.emit('invalidated', { source: 'operator' }),
    name: metricNames.invalidations,
    labels: { source: 'operator' },
    count: 1,
  },
  evicted: {
    emit: (events) => events.emit('evicted', { layer: 'l1', cause: 'size', count: 1 }),
    name: metricNames.evictions,
    labels: { layer: 'l1', cause: 'size' },
    count: 1,
  },
  broadcast: {
    emit: (events) => events.emit('broadcast', { direction: 'received', count: 3 }),
    name: metricNames.broadcasts,
    labels: { direction: 'received' },
    count: 3,
  },
  coherence: {
    emit: (events) => events.emit('coherence', { state: 'lost', reason: 'the connection closed' }),
    name: metricNames.coherenceChanges,
    labels: { state: 'lost' },
    count: 1,
  },
  breaker: {
    emit: (events) =>
      events.emit('breaker', {
        ...{ from: 'open', to: 'halfOpen', reason: 'timeToProbe', atMs: 0 },
        ...{ callCount: 0, failureRatio: null, slowCallRatio: null },
      }),
    name: metricNames.breakerTransitions,
    labels: { name: 'shop', to: 'half_open', reason: 'timeToProbe' },
    count: 1,
  },
  shed: {
    emit: (events) => events.emit('shed', { pattern, reason: 'surge' }),
    name: metricNames.shed,
    labels: { key_pattern: pattern, reason: 'surge' },
    count: 1,
  },
  retry: {
    emit: (events) => events.emit('retry', { state: 'queued', source: 'key', reason: 'timeout' }),
    name: metricNames.retries,
    labels: { source: 'key', state: 'queued' },
    count: 1,
  },
  writeBehind: {
    emit: (events) => events.emit('writeBehind', { family: 'stock', state: 'flushed', count: 5 }),
    name: metricNames.writeBehind,
    labels: { family: 'stock', state: 'flushed' },
    count: 5,
  },
  event: {
    emit: (events) =>
      events.emit('event', { event: 'priceChanged', state: 'applied', count: 1, lagMs: 250, fanOut: 40 }),
    name: metricNames.eventFanOut,
    labels: { event: 'priceChanged' },
    count: 40,
  },
  warm: {
    emit: (events) =>
      events.emit('warm', {
        ...{ warmer: 'top', state: 'started', reason: '', doneCount: 0, plannedCount: 10 },
      }),
    name: metricNames.warmRuns,
    labels: { warmer: 'top', state: 'started' },
    count: 1,
  },
  verified: {
    emit: (events) => events.emit('verified', { pattern, result: 'drifted', ageMs: 90_000 }),
    name: metricNames.verified,
    labels: { key_pattern: pattern, result: 'drifted', age_class: '10m' },
    count: 1,
  },
  fallback: {
    emit: (events) => events.emit('fallback', { operation: 'set', code: 'timeout', error: null }),
    name: metricNames.errors,
    labels: { operation: 'set', code: 'timeout' },
    count: 1,
  },
};

describe('each kind of event', () => {
  it.each(Object.entries(told))('%s is counted', async (_, { emit, name, labels, count }) => {
    const recorded = recordEvents();
    const owner = 'name' in labels ? {} : { cache: 'shop' };
    emit(recorded.events);
    expect(await countOf(recorded, name, { ...owner, ...labels })).toBe(count);
    emit(recorded.events);
    expect(await countOf(recorded, name, { ...owner, ...labels })).toBe(2 * count);
  });

  it('is counted once however often the page is read', async () => {
    const recorded = recordEvents();
    for (const { emit } of Object.values(told)) emit(recorded.events);
    const first = await recorded.metrics();
    expect(await recorded.metrics()).toBe(first);
    expect(await recorded.registry.getMetricsAsJSON()).toHaveLength(Object.keys(metricNames).length);
    expect(await recorded.metrics()).toBe(first);
  });
});

describe('what an event brings besides its count', () => {
  it('is the lag of an event that was applied, and never below 0', async () => {
    const recorded = recordEvents();
    const applied = { event: 'priceChanged', state: 'applied', count: 1, fanOut: 0 } as const;
    recorded.events.emit('event', { ...applied, lagMs: 250 });
    recorded.events.emit('event', { ...applied, lagMs: -30 });
    recorded.events.emit('event', { ...applied, lagMs: null });
    expect(await countOf(recorded, metricNames.events, { event: 'priceChanged', state: 'applied' })).toBe(3);
    expect(await countOf(recorded, `${metricNames.eventLag}_count`)).toBe(2);
    expect(await countOf(recorded, `${metricNames.eventLag}_sum`)).toBe(0.25);
  });

  it('is how far a warmer is, and whether it runs', async () => {
    const recorded = recordEvents();
    const warm = (state: 'started' | 'progressed' | 'cancelled' | 'leased', doneCount: number): void =>
      recorded.events.emit('warm', { warmer: 'top', state, doneCount, plannedCount: 10, reason: '' });
    warm('started', 0);
    warm('progressed', 4);
    expect(await countOf(recorded, metricNames.warmRunning, { warmer: 'top' })).toBe(1);
    expect(await countOf(recorded, metricNames.warmDone, { warmer: 'top' })).toBe(4);
    expect(await countOf(recorded, metricNames.warmPlanned, { warmer: 'top' })).toBe(10);
    warm('cancelled', 6);
    expect(await countOf(recorded, metricNames.warmRunning, { warmer: 'top' })).toBe(0);
    expect(await countOf(recorded, metricNames.warmRuns, { state: 'progressed' })).toBe(0);
    warm('leased', 0);
    expect(await countOf(recorded, metricNames.warmDone, { warmer: 'top' })).toBe(6);
    expect(await countOf(recorded, metricNames.warmRuns, { state: 'leased' })).toBe(1);
  });

  it('is left out when it is no number', async () => {
    const recorded = recordEvents();
    for (const count of [Number.NaN, -5, Number.POSITIVE_INFINITY]) {
      recorded.events.emit('removed', { pattern, source: 'key', count });
    }
    recorded.events.emit('removed', { pattern, source: 'key', count: 2 });
    expect(await countOf(recorded, metricNames.removals)).toBe(2);
  });
});

describe('names without end', () => {
  it('count as other past the bound, whatever the event', async () => {
    const recorded = recordEvents();
    const { events } = recorded;
    for (let at = 0; at < 100_000; at += 1) {
      const name = `shop:session:${at}`;
      events.emit('lookup', { pattern: name, result: 'hit' });
      events.emit('loaded', { pattern: name, result: 'success', durationMs: 1 });
      events.emit('stored', { pattern: name, ttlSeconds: 1, tags: [] });
      events.emit('removed', { pattern: name, source: 'key', count: 1 });
      events.emit('event', { event: name, state: 'applied', count: 1, lagMs: 1, fanOut: 1 });
      events.emit('writeBehind', { family: name, state: 'queued', count: 1 });
      events.emit('warm', { warmer: name, state: 'started', doneCount: 0, plannedCount: 0, reason: '' });
    }
    const page = parseExposition(await recorded.metrics());
    expect(page.problem).toBe('');
    expect(page.samples.length).toBeLessThan(50_000);
    expect(await countOf(recorded, metricNames.gets, { key_pattern: 'other' })).toBe(99_500);
    expect(await countOf(recorded, metricNames.gets)).toBe(100_000);
    expect(await countOf(recorded, metricNames.events, { event: 'other' })).toBe(99_500);
    expect(JSON.stringify(recorded.recorder.snapshot()).length).toBeLessThan(1_000_000);
  });
});
